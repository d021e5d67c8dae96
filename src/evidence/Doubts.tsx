import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Icon, useStyles2, type IconName } from '@grafana/ui';
import type { Contradiction, OpenQuery, Sighting, Support, Verdict } from '../api/case.gen';
import { withMoments } from '../format/moments';
import { CopyButton } from './CopyButton';
import { QueryLinks } from './QueryLinks';
import { getTableStyles } from './tableStyles';

/**
 * What would contradict the verdict and whether that was seen, which pieces of evidence carry it, and the query that would
 * settle it. Nothing where the verdict names no cause, and for cases from before these were kept.
 */
export function Doubts({ verdict }: { verdict: Verdict }) {
  const { against = [], rests = [], next } = verdict;
  const styles = useStyles2(getStyles);
  if (against.length === 0) {
    return null;
  }
  return (
    <>
      {next && <NextQuery next={next} />}
      <details>
        <summary className={styles.summary}>{titleOf(against)}</summary>
        <ul className={styles.list}>
          {against.map((contradiction) => (
            <Against key={contradiction.id} contradiction={contradiction} />
          ))}
        </ul>
      </details>
      <details>
        <summary className={styles.summary}>
          <Trans i18nKey="evidence.doubts.carries">Evidence this verdict depends on</Trans>
        </summary>
        <ul className={styles.list}>
          {rests.map((support) => (
            <li key={support.fact} className={styles.plain}>
              {restOf(support)}
            </li>
          ))}
          {rests.length === 0 && (
            <li className={styles.plain}>
              <Trans i18nKey="evidence.doubts.nothing-carries">
                No single piece of evidence: the verdict stays the same if any one is left out.
              </Trans>
            </li>
          )}
        </ul>
      </details>
    </>
  );
}

function Against({ contradiction: { observation, sighting, detail, moments } }: { contradiction: Contradiction }) {
  const styles = useStyles2(getStyles);
  const { icon, word } = lookOf(sighting);
  return (
    <li className={styles.item}>
      <Icon name={icon} className={sighting === 'seen' ? styles.seen : styles.icon} />
      <span>
        <span className={styles.observation}>{capital(observation)}</span> <strong>{word}</strong>{' '}
        {withMoments(detail, moments)}
      </span>
    </li>
  );
}

/** The query that would settle what is only possible, with what its answer would mean. */
function NextQuery({ next }: { next: OpenQuery }) {
  const styles = useStyles2(getStyles);
  const table = useStyles2(getTableStyles);
  return (
    <div>
      <h3 className={styles.title}>
        <Trans i18nKey="evidence.doubts.next">What would confirm or rule it out</Trans>
      </h3>
      <p className={styles.why}>{next.why}</p>
      <div className={styles.query}>
        <code className={table.query}>{next.text}</code>
        <CopyButton text={next.text} label={t('evidence.doubts.copy', 'Copy the query')} />
      </div>
      <QueryLinks query={{ ...next, dataSource: next.dataSource ?? '', rows: 0, milliseconds: 0, bytes: 0 }} />
    </div>
  );
}

function titleOf(against: Contradiction[]): string {
  const seen = against.filter(({ sighting }) => sighting === 'seen').length;
  const title = t('evidence.doubts.against', 'What would contradict it ({{total}})', { total: against.length });
  return seen > 0 ? `${title}, ${t('evidence.doubts.seen-count', '{{seen}} seen', { seen })}` : title;
}

interface Look {
  icon: IconName;
  word: string;
}

// The icons beside the words, so that neither color nor shape alone tells. What a newer backend may say is not known here.
function lookOf(sighting: string): Look {
  const unknown: Look = { icon: 'question-circle', word: t('evidence.doubts.not-known', 'Not known:') };
  const looks: Partial<Record<string, Look>> & Record<Sighting, Look> = {
    seen: { icon: 'exclamation-triangle', word: t('evidence.doubts.seen', 'Seen:') },
    'not seen': { icon: 'check', word: t('evidence.doubts.not-seen', 'Not seen:') },
    'not known': unknown,
  };
  return looks[sighting] ?? unknown;
}

function restOf({ name, level, statement, moments }: Support): string {
  const levels: Partial<Record<string, string>> & Record<Support['level'], string> = {
    likely: t('evidence.doubts.likely', 'Likely'),
    possible: t('evidence.doubts.possible', 'Possible'),
    'no clear cause': t('evidence.doubts.none', 'No clear cause'),
  };
  const left = `${levels[level as string] ?? level}: ${withMoments(statement, moments)}`;
  return t('evidence.doubts.without', 'Without {{name}}, the verdict would be {{left}}', {
    name,
    left,
    interpolation: { escapeValue: false },
  });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + '.';
}

const getStyles = (theme: GrafanaTheme2) => ({
  summary: css({ cursor: 'pointer', color: theme.colors.text.secondary }),
  title: css({ ...theme.typography.h6, margin: 0, color: theme.colors.text.secondary }),
  why: css({ margin: theme.spacing(0.5, 0) }),
  query: css({ display: 'flex', alignItems: 'start', gap: theme.spacing(1) }),
  list: css({ listStyle: 'none', margin: theme.spacing(0.5, 0, 0), padding: 0, overflowWrap: 'anywhere' }),
  plain: css({ padding: theme.spacing(0.25, 0) }),
  item: css({ display: 'flex', alignItems: 'start', gap: theme.spacing(1), padding: theme.spacing(0.25, 0) }),
  icon: css({ flexShrink: 0, marginTop: theme.spacing(0.25), color: theme.colors.text.secondary }),
  seen: css({ flexShrink: 0, marginTop: theme.spacing(0.25), color: theme.colors.warning.text }),
  observation: css({ color: theme.colors.text.primary }),
});
