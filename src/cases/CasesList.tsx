import { useEffect, useState } from 'react';
import { dateTimeFormat } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Alert, Input, LoadingPlaceholder, Stack } from '@grafana/ui';
import type { CaseList } from '../api/case.gen';
import { failureOf, type Failure } from '../api/failure';
import { caseUrl } from './caseLinks';
import { listCases } from './requests';

const typingPause = 300; // ms

/** The cases of an environment, the newest first, narrowed by what is typed. */
export function CasesList({ ds }: { ds: string }) {
  const [text, setText] = useState('');
  const [service, setService] = useState('');
  const [list, setList] = useState<CaseList>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      listCases(ds, { service: service.trim(), state: '', text: text.trim() }, controller.signal)
        .then((found) => {
          setFailure(undefined);
          setList(found);
        })
        .catch((error: unknown) => {
          if (!controller.signal.aborted) {
            setFailure(failureOf(error));
          }
        });
    }, typingPause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [ds, text, service]);
  return (
    <Stack direction="column">
      <Stack wrap="wrap">
        <Input
          width={40}
          aria-label={t('cases.search', 'Words of the title')}
          placeholder={t('cases.search', 'Words of the title')}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        <Input
          width={30}
          aria-label={t('cases.service', 'Service')}
          placeholder={t('cases.service', 'Service')}
          value={service}
          onChange={({ currentTarget }) => setService(currentTarget.value)}
        />
      </Stack>
      {failure ? (
        <Alert severity="error" title={failure.sentence}>
          {failure.advice}
        </Alert>
      ) : null}
      {list ? <Rows ds={ds} list={list} /> : <LoadingPlaceholder text="" />}
    </Stack>
  );
}

function Rows({ ds, list }: { ds: string; list: CaseList }) {
  return (
    <>
      {list.lasting ? null : (
        <Alert
          severity="warning"
          title={t(
            'cases.not-lasting',
            'These cases are in memory, and gone when the backend ends: set a token to keep them.'
          )}
        />
      )}
      {list.cases.length === 0 ? (
        <p>
          <Trans i18nKey="cases.none">No case fits.</Trans>
        </p>
      ) : null}
      <ul>
        {list.cases.map(({ id, title, state, verdict, opened }) => (
          <li key={id}>
            <a href={caseUrl(ds, id)}>{title}</a> · {state} · {verdict} · {dateTimeFormat(opened)}
          </li>
        ))}
      </ul>
    </>
  );
}
