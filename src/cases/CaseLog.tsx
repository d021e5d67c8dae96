import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Alert, Badge, Button, LinkButton, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import type { CaseState, NewEntry, SavedCase } from '../api/case.gen';
import { stepKey } from '../api/progress';
import { mayWriteCases } from '../evidence/permissions';
import { hrefOf, investigationUrl } from '../links/link';
import { casesUrl, caseUrl, entryUrl, practiceUrl, reportPageUrl } from './caseLinks';
import { kindName, stateName } from './caseWords';
import { EntryForm } from './EntryForm';
import { EntryItem } from './EntryItem';
import { handOverNote } from './handOver';
import { LikeBefore } from './LikeBefore';
import { withoutRepeats } from './repeats';
import type { FollowedCase } from './useCase';
import { WatchPanel } from './WatchPanel';

interface Props {
  /** uid of the data source instance that keeps the case */
  ds: string;
  id: string;
  followed: FollowedCase;
  /** id of the entry that the address leads to */
  chosen?: string;
  /** It stands on the page of the case itself. */
  isOwnPage?: boolean;
}

/** The log of a case: who is here, what was done, how far the recovery is, and where to write. */
export function CaseLog({ ds, id, followed, chosen, isOwnPage = false }: Props) {
  const { saved, state, watch, failure, write, isDeleted } = followed;
  return (
    <section aria-label={t('cases.log', 'Case log')}>
      <Stack direction="column" gap={1}>
        <Head ds={ds} id={id} followed={followed} isOwnPage={isOwnPage} />
        {isDeleted ? <Alert severity="warning" title={t('cases.deleted', 'This case was deleted.')} /> : null}
        {failure ? (
          <Alert severity="warning" title={failure.sentence}>
            {failure.advice}
          </Alert>
        ) : null}
        {watch ? <WatchPanel watch={watch} /> : null}
        <Unsent followed={followed} />
        {saved && saved.case.steps.length > 0 ? <LikeBefore ds={ds} id={id} found={saved.frozen?.at ?? ''} /> : null}
        {saved && state ? (
          <>
            <Entries ds={ds} saved={saved} chosen={chosen} />
            {isDeleted ? null : <Writing saved={saved} state={state} onWrite={write} />}
          </>
        ) : failure || isDeleted ? null : (
          <LoadingPlaceholder text="" />
        )}
      </Stack>
    </section>
  );
}

interface WritingProps {
  saved: SavedCase;
  state: CaseState;
  onWrite: FollowedCase['write'];
}

/** Where to write, or who may. */
function Writing({ saved, state, onWrite }: WritingProps) {
  return mayWriteCases() ? (
    <EntryForm state={state} handOver={() => handOverNote(saved, state)} onWrite={onWrite} />
  ) : (
    <p>
      <Trans i18nKey="cases.read-only">You can read this log. Writing to it requires the Editor role.</Trans>
    </p>
  );
}

function Head({ ds, id, followed: { saved, state, here, failure }, isOwnPage }: Props) {
  const isMissing = !saved && failure;
  return (
    <>
      <Stack wrap="wrap" gap={1} alignItems="center">
        <strong>
          <Trans i18nKey="cases.log-title">Case log</Trans>
        </strong>
        {state ? <Badge color="blue" text={stateName(state)} /> : null}
        {links(ds, id, saved, { isMissing: Boolean(isMissing), isOwnPage }).map(({ name, path }) => (
          <LinkButton key={path} size="sm" fill="text" href={hrefOf(path)}>
            {name}
          </LinkButton>
        ))}
      </Stack>
      <span aria-live="polite">
        {here.length > 0
          ? t('cases.here', 'Here: {{names}}', {
              names: here.map(({ name }) => name).join(', '),
              interpolation: { escapeValue: false },
            })
          : null}
      </span>
    </>
  );
}

/** Where one can go from a log: to the case and what is made of it, or to others where it is not there. */
function links(
  ds: string,
  id: string,
  saved: SavedCase | undefined,
  { isMissing, isOwnPage = false }: { isMissing: boolean; isOwnPage?: boolean }
): Array<{ name: string; path: string }> {
  if (isMissing) {
    return [{ name: t('cases.all', 'All cases'), path: casesUrl(ds) }];
  }
  const again = saved && investigationUrl({ ds, ...saved.case.subject, alert: undefined, window: saved.case.window });
  return [
    ...(isOwnPage ? [] : [{ name: t('cases.open', 'Open the case'), path: caseUrl(ds, id) }]),
    { name: t('cases.report', 'Report'), path: reportPageUrl(ds, id) },
    { name: t('cases.practice', 'Practice'), path: practiceUrl(ds, id) },
    ...(isOwnPage && again ? [{ name: t('cases.again', 'Investigate again'), path: again }] : []),
  ];
}

function Entries({ ds, saved, chosen }: { ds: string; saved: SavedCase; chosen?: string }) {
  const styles = useStyles2(getStyles);
  const titles = new Map(saved.case.steps.map((step) => [stepKey(step), step.title]));
  return (
    <ol className={styles.entries}>
      {withoutRepeats(saved.entries, chosen).map(({ entry, again, last }) => (
        <EntryItem
          key={entry.id}
          entry={entry}
          path={entryUrl(ds, saved.id, entry.id)}
          again={again}
          last={last}
          isChosen={entry.id === chosen}
          beside={saved.case.window.to}
          stepTitle={entry.step && (titles.get(entry.step) ?? entry.step)}
        />
      ))}
    </ol>
  );
}

/** What was typed and could not be kept yet. */
function Unsent({ followed: { waiting, sendAgain, giveUp } }: { followed: FollowedCase }) {
  if (waiting.every(({ failure }) => !failure)) {
    return null;
  }
  return (
    <Alert severity="warning" title={t('cases.unsent', 'Not saved yet; kept in this browser')}>
      <ul>
        {waiting.map(({ entry, failure }) => (
          <li key={entry.id}>
            {whatOf(entry)} · {failure?.sentence}{' '}
            <Button
              size="sm"
              fill="text"
              variant="destructive"
              aria-label={t('cases.discard-label', 'Discard: {{what}}', {
                what: whatOf(entry),
                interpolation: { escapeValue: false },
              })}
              onClick={() => giveUp(entry.id)}
            >
              <Trans i18nKey="cases.discard">Discard</Trans>
            </Button>
          </li>
        ))}
      </ul>
      <Button size="sm" onClick={sendAgain}>
        <Trans i18nKey="cases.send-again">Try again</Trans>
      </Button>
    </Alert>
  );
}

const whatOf = ({ text, pin, kind }: NewEntry) => text ?? pin?.sentence ?? kindName(kind);

const getStyles = (theme: GrafanaTheme2) => ({
  entries: css({ margin: 0, padding: 0, borderTop: `1px solid ${theme.colors.border.weak}` }),
});
