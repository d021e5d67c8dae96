import { useState } from 'react';
import { t } from '@grafana/i18n';
import { Alert, Button, ConfirmModal, LinkButton, Stack } from '@grafana/ui';
import { failureOf, type Failure } from '../api/failure';
import { hrefOf } from '../links/link';
import type { Setup } from './setups';
import { test, undo } from './steps';

interface Props {
  setups: Setup[];
  onChange: () => Promise<void>;
}

/** The environments there are, whole or half made, with what can be done with each. */
export function SetupList({ setups, onChange }: Props) {
  return (
    <Stack direction="column">
      {setups.map((setup) => (
        <SetupRow key={setup.uid} setup={setup} onChange={onChange} />
      ))}
    </Stack>
  );
}

type Told = { sentence: string; isGood: boolean; advice?: string };

function SetupRow({ setup, onChange }: { setup: Setup; onChange: () => Promise<void> }) {
  const [told, setTold] = useState<Told>();
  const [isAsking, setAsking] = useState(false);
  const showFailure = ({ sentence, advice }: Failure) => setTold({ sentence, advice, isGood: false });
  const examine = () =>
    test(setup.uid).then(
      (sentence) => setTold({ sentence, isGood: true }),
      (error: unknown) => showFailure(failureOf(error))
    );
  const remove = () => {
    setAsking(false);
    undo(setup).then(onChange, (error: unknown) => showFailure(failureOf(error)));
  };
  const mayUndo = setup.state === 'complete' || setup.state === 'half-made';
  return (
    <div role="group" aria-label={setup.name}>
      <Stack alignItems="center" wrap="wrap">
        <strong>{setup.name}</strong>
        <span>{describe(setup)}</span>
        {setup.dataSource && (
          <>
            <Button size="sm" variant="secondary" onClick={() => void examine()}>
              {t('connect.test', 'Test')}
            </Button>
            <LinkButton
              size="sm"
              fill="text"
              href={hrefOf(`/connections/datasources/edit/${encodeURIComponent(setup.uid)}`)}
            >
              {t('connect.settings', 'Settings')}
            </LinkButton>
          </>
        )}
        {mayUndo && (
          <Button size="sm" variant="destructive" fill="outline" onClick={() => setAsking(true)}>
            {t('connect.undo', 'Undo')}
          </Button>
        )}
      </Stack>
      {told && (
        <Alert severity={told.isGood ? 'success' : 'error'} title={told.sentence}>
          {told.advice}
        </Alert>
      )}
      <ConfirmModal
        isOpen={isAsking}
        title={t('connect.undo-title', 'Undo this setup')}
        body={t(
          'connect.undo-body',
          'This deletes its data source, service account and token. Dashboards and alert rules that query this data source stop working.'
        )}
        confirmText={t('connect.undo', 'Undo')}
        onConfirm={remove}
        onDismiss={() => setAsking(false)}
      />
    </div>
  );
}

function describe({ state, account }: Setup): string {
  const role = account?.role ?? '';
  switch (state) {
    case 'complete':
      return t('connect.state-complete', 'set up here; token role: {{role}}', { role });
    case 'half-made':
      return t('connect.state-half', 'incomplete: finish it below under the same name, or undo it');
    case 'provisioned':
      return t('connect.state-provisioned', 'provisioned from a file; change it there');
    case 'by hand':
      return t('connect.state-by-hand', 'created manually; not managed here');
  }
}
