import { t, Trans } from '@grafana/i18n';
import { Alert, Button, LinkButton, LoadingPlaceholder, Stack } from '@grafana/ui';
import { caseUrl, reportPageUrl } from './caseLinks';
import { EntryForm } from './EntryForm';
import { EntryItem } from './EntryItem';
import { handOverNote } from './handOver';
import { useCase, type FollowedCase } from './useCase';
import { WatchPanel } from './WatchPanel';

interface Props {
  /** uid of the data source instance that keeps the case */
  ds: string;
  id: string;
}

/** The log of a case, to be mounted beside its investigation: who is here, what was done, and where to write. */
export function CaseLog({ ds, id }: Props) {
  const followed = useCase(ds, id);
  return <FollowedLog ds={ds} id={id} followed={followed} />;
}

/** The same for a page that follows the case itself. */
export function FollowedLog({ ds, id, followed }: Props & { followed: FollowedCase }) {
  const { saved, state, here, watch, failure, write, isDeleted } = followed;
  return (
    <section aria-label={t('cases.log', 'Case log')}>
      <Stack direction="column" gap={1}>
        <Stack wrap="wrap" gap={1} alignItems="center">
          <strong>
            <Trans i18nKey="cases.log-title">Case log</Trans>
          </strong>
          <span>{state}</span>
          <LinkButton size="sm" fill="text" href={caseUrl(ds, id)}>
            <Trans i18nKey="cases.open">Open</Trans>
          </LinkButton>
          <LinkButton size="sm" fill="text" href={reportPageUrl(ds, id)}>
            <Trans i18nKey="cases.report">Report</Trans>
          </LinkButton>
        </Stack>
        <span>
          {t('cases.here', 'Here: {{names}}', {
            names: here.map(({ name }) => name).join(', '),
            interpolation: { escapeValue: false },
          })}
        </span>
        {isDeleted ? <Alert severity="warning" title={t('cases.deleted', 'This case was deleted.')} /> : null}
        {failure ? (
          <Alert severity="warning" title={failure.sentence}>
            {failure.advice}
          </Alert>
        ) : null}
        {watch ? <WatchPanel watch={watch} /> : null}
        <Unsent followed={followed} />
        {saved && state ? (
          <>
            <ol>
              {saved.entries.map((entry) => (
                <EntryItem key={entry.id} entry={entry} />
              ))}
            </ol>
            <EntryForm state={state} handOver={() => handOverNote(saved)} onWrite={write} />
          </>
        ) : (
          <LoadingPlaceholder text="" />
        )}
      </Stack>
    </section>
  );
}

/** What was typed and could not be kept yet. */
function Unsent({ followed: { waiting, sendAgain } }: { followed: FollowedCase }) {
  if (waiting.every(({ failure }) => !failure)) {
    return null;
  }
  return (
    <Alert severity="warning" title={t('cases.unsent', 'Not saved yet; kept in this browser')}>
      <ul>
        {waiting.map(({ entry, failure }) => (
          <li key={entry.id}>
            {entry.text ?? entry.kind} · {failure?.sentence}
          </li>
        ))}
      </ul>
      <Button size="sm" onClick={sendAgain}>
        <Trans i18nKey="cases.send-again">Try again</Trans>
      </Button>
    </Alert>
  );
}
