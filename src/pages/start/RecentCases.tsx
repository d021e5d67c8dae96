import { css } from '@emotion/css';
import { dateTime, type GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Badge, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import type { CaseSummary } from '../../api/case.gen';
import { useAnswer } from '../../api/useAnswer';
import { casesUrl, caseUrl } from '../../cases/caseLinks';
import { levelName, stateName } from '../../cases/caseWords';
import { listCases } from '../../cases/requests';
import { hrefOf } from '../../links/link';
import { StartSection } from './StartSection';

const shown = 5;

/** The newest cases of an environment: what others look into already, and what was found before. */
export function RecentCases({ environment }: { environment: string }) {
  const styles = useStyles2(getStyles);
  const { answer, failure } = useAnswer(environment, (signal) =>
    listCases(environment, { service: '', state: '', verdict: '', text: '' }, signal)
  );
  const cases = answer?.cases.slice(0, shown) ?? [];
  return (
    <StartSection title={t('start.cases.title', 'Recent cases')} failure={failure}>
      {!answer && !failure && <LoadingPlaceholder text="" />}
      {answer && cases.length === 0 && (
        <Trans i18nKey="start.cases.none">No cases yet. Every investigation is saved as one.</Trans>
      )}
      {cases.length > 0 && (
        <>
          <ul className={styles.list}>
            {cases.map((found) => (
              <Entry key={found.id} found={found} environment={environment} />
            ))}
          </ul>
          <a className={styles.link} href={hrefOf(casesUrl(environment))}>
            <Trans i18nKey="start.cases.all">All cases</Trans>
          </a>
        </>
      )}
    </StartSection>
  );
}

function Entry({ found, environment }: { found: CaseSummary; environment: string }) {
  const styles = useStyles2(getStyles);
  const { id, title, state, verdict, opened } = found;
  return (
    <li className={styles.entry}>
      <span className={styles.title}>
        <a className={styles.link} href={hrefOf(caseUrl(environment, id))}>
          {title}
        </a>
        <span className={styles.context}>{[levelName(verdict), dateTime(opened).fromNow()].join(' · ')}</span>
      </span>
      <Badge color={state === 'closed' ? 'green' : 'blue'} text={stateName(state)} />
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: theme.spacing(0, 0, 1), padding: 0 }),
  entry: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  title: css({ display: 'flex', flexDirection: 'column', minWidth: 0, overflowWrap: 'anywhere' }),
  link: css({ color: theme.colors.text.link }),
  context: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
});
