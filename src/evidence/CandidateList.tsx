import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Candidate, Verdict } from '../api/case.gen';
import { allWithMoments } from '../format/moments';
import { SentenceFold } from './SentenceList';

/** Every possible cause, the likeliest first, each with what speaks for it; and what was found normal. */
export function CandidateList({ verdict }: { verdict: Verdict }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      <ol className={styles.list} aria-label={t('evidence.candidates.label', 'Possible causes')}>
        {verdict.candidates.map((candidate, index) => (
          <li key={keyOf(candidate)} className={styles.candidate}>
            <details>
              <summary className={styles.summary}>
                <span className={styles.rank}>{index + 1}</span>
                <span className={styles.name}>{nameOf(candidate)}</span>
                <span className={styles.rank}>{countOf(candidate)}</span>
              </summary>
              <ul className={styles.because}>
                {allWithMoments(candidate.because, candidate.moments).map((reason, number) => (
                  <li key={number}>{reason}</li>
                ))}
              </ul>
            </details>
          </li>
        ))}
      </ol>
      <SentenceFold
        title={t('evidence.verdict.normal', 'Checked and normal')}
        sentences={allWithMoments(verdict.normal, verdict.normalMoments)}
      />
    </>
  );
}

/** What tells candidates apart, whatever their words. */
function keyOf({ service, kind, target: { type, name, namespace } }: Candidate): string {
  return [kind, service, type, namespace, name].join(' ');
}

function nameOf({ service, component }: Candidate): string {
  return component && component !== service ? `${component} (${service})` : service;
}

function countOf({ because }: Candidate): string {
  return t('evidence.candidates.reasons', '{{count}} reasons', {
    count: because.length,
    defaultValue_one: '{{count}} reason',
  });
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', margin: 0, padding: 0 }),
  candidate: css({ borderBottom: `1px solid ${theme.colors.border.weak}` }),
  summary: css({
    display: 'flex',
    alignItems: 'baseline',
    gap: theme.spacing(1),
    padding: theme.spacing(0.75, 0),
    cursor: 'pointer',
  }),
  rank: css({ color: theme.colors.text.secondary, fontVariantNumeric: 'tabular-nums' }),
  name: css({ flexGrow: 1, overflowWrap: 'anywhere', fontWeight: theme.typography.fontWeightMedium }),
  because: css({
    margin: theme.spacing(0, 0, 1),
    paddingLeft: theme.spacing(4),
    overflowWrap: 'anywhere',
    color: theme.colors.text.secondary,
  }),
});
