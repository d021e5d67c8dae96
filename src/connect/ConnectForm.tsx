import { useState, type FormEvent } from 'react';
import type { AppPluginMeta } from '@grafana/data';
import { t } from '@grafana/i18n';
import { DataSourcePicker } from '@grafana/runtime';
import { Button, Field, Input, RadioButtonList, Stack } from '@grafana/ui';
import { onlyOf } from '../api/environments';
import { failureOf } from '../api/failure';
import { storeKinds, type Settings, type StoreKind } from '../api/settings';
import { storeTypes, type Found } from './discover';
import { FoundConnections } from './FoundConnections';
import { named, uidFor, type Role, type Setup } from './setups';
import { connect, stepNames, type SetupProgress } from './steps';
import { StepList } from './StepList';

interface Props {
  found: Found;
  setups: Setup[];
  app: AppPluginMeta;
  onChange: () => Promise<void>;
}

/** Asks for what cannot be found out, shows what was found, and sets it up with one click. */
export function ConnectForm({ found, setups, app, onChange }: Props) {
  const halfMade = setups.find(({ state }) => state === 'half-made');
  const [name, setName] = useState(() => halfMade?.dataSource?.name ?? freeName(setups));
  const [stores, setStores] = useState(() => uidsOf(found));
  const [role, setRole] = useState<Role>('Viewer');
  const [grafanaUrl, setGrafanaUrl] = useState('');
  const [going, setGoing] = useState<SetupProgress>();
  const uid = uidFor(name, setups);
  const there = named(name, setups)?.state;
  const isTaken = there === 'by hand' || there === 'provisioned';

  const start = async (event: FormEvent) => {
    event.preventDefault();
    const progress: SetupProgress = { done: {}, isBusy: true };
    const show = () => setGoing({ ...progress });
    show();
    const settings: Settings = { ...storesOf(stores), ...(grafanaUrl && { grafanaUrl }) };
    try {
      await connect({ uid, name, role, settings }, app, (step, told = '') => {
        progress.done = { ...progress.done, [step]: told };
        show();
      });
    } catch (error) {
      progress.failure = failureOf(error);
    }
    progress.isBusy = false;
    show();
    await onChange();
  };

  return (
    <form onSubmit={(event) => void start(event)}>
      <Stack direction="column" maxWidth={80}>
        <NameField name={name} isTaken={isTaken} onChange={setName} />
        {storeKinds.map((kind) => (
          <StoreField
            key={kind}
            kind={kind}
            uid={stores[kind]}
            onChange={(chosen) => setStores({ ...stores, [kind]: chosen })}
          />
        ))}
        <FoundConnections found={found} />
        <RoleField role={role} onChange={setRole} />
        <Field
          noMargin
          label={t('connect.grafana-url', 'Grafana URL, as reached from its own server')}
          description={t('connect.grafana-url-description', 'Only if the public URL does not work from there.')}
          htmlFor="faultline-connect-url"
        >
          <Input
            id="faultline-connect-url"
            type="url"
            value={grafanaUrl}
            onChange={({ currentTarget }) => setGrafanaUrl(currentTarget.value)}
          />
        </Field>
        <div>
          <Button
            type="submit"
            icon="link"
            disabled={!name.trim() || isTaken || !storeKinds.some((kind) => stores[kind]) || going?.isBusy}
          >
            {t('connect.connect', 'Connect')}
          </Button>
        </div>
        {going && <StepList steps={stepNames} {...going} />}
      </Stack>
    </form>
  );
}

// Nobody means to change what is there by pressing a button.
function freeName(setups: Setup[]): string {
  const usual = t('connect.default-name', 'Production');
  return named(usual, setups) ? '' : usual;
}

function NameField({ name, isTaken, onChange }: { name: string; isTaken: boolean; onChange: (name: string) => void }) {
  return (
    <Field
      noMargin
      label={t('connect.name', 'Name')}
      htmlFor="faultline-connect-name"
      invalid={isTaken}
      error={t('connect.name-of-other', 'This environment was not set up here. Choose another name.')}
    >
      <Input id="faultline-connect-name" value={name} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
    </Field>
  );
}

type Uids = Partial<Record<StoreKind, string>>;

const uidsOf = ({ suggested }: Found): Uids =>
  Object.fromEntries(storeKinds.map((kind) => [kind, suggested[kind]?.uid]));
const storesOf = (uids: Uids): Settings =>
  Object.fromEntries(storeKinds.flatMap((kind) => (uids[kind] ? [[kind, { uid: uids[kind] }]] : [])));

function StoreField({ kind, uid, onChange }: { kind: StoreKind; uid?: string; onChange: (uid?: string) => void }) {
  const texts: Record<StoreKind, [string, string]> = {
    metrics: [
      t('connect.metrics', 'Metrics (Prometheus)'),
      t('connect.metrics-use', 'For impact, onset, affected services and earlier anomalies.'),
    ],
    traces: [
      t('connect.traces', 'Traces (Tempo)'),
      t('connect.traces-use', 'For an example of a failing request and its failing span.'),
    ],
    logs: [t('connect.logs', 'Logs (Loki)'), t('connect.logs-use', 'For error messages and infrastructure events.')],
  };
  const [label, use] = texts[kind];
  return (
    <Field noMargin label={label} description={use} htmlFor={`faultline-connect-${kind}`}>
      <DataSourcePicker
        inputId={`faultline-connect-${kind}`}
        {...onlyOf(storeTypes[kind])}
        current={uid ?? null}
        noDefault
        onChange={(chosen) => onChange(chosen.uid)}
        onClear={() => onChange(undefined)}
      />
    </Field>
  );
}

function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  return (
    <Field noMargin label={t('connect.role', 'Role of the service account token')}>
      <RadioButtonList
        name="faultline-connect-role"
        value={role}
        onChange={onChange}
        options={[
          {
            value: 'Viewer',
            label: t('connect.viewer', 'Viewer'),
            description: t('connect.viewer-use', 'Can investigate: reads only, and saves no cases.'),
          },
          {
            value: 'Editor',
            label: t('connect.editor', 'Editor'),
            description: t(
              'connect.editor-use',
              'Also saves cases, and opens one for each alert received by the webhook.'
            ),
          },
        ]}
      />
    </Field>
  );
}
