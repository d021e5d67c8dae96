import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Query, StepResult } from '../api/case.gen';
import { formatMilliseconds } from '../format/formatDuration';
import { formatInterval, formatMoment } from '../format/formatInterval';
import { storesRead } from '../format/storesRead';
import { AllNumbers } from './AllNumbers';
import { QueryLinks } from './QueryLinks';
import { getTableStyles } from './tableStyles';

/** The fold under a step's findings: how they were arrived at and every question that was asked. */
export function HowWeKnow({ step }: { step: Pick<StepResult, 'findings' | 'queries'> }) {
  const styles = useStyles2(getStyles);
  const methods = step.findings.flatMap(({ method }) => method ?? []);
  const baselines = step.findings.flatMap(({ baseline }) => (baseline ? [formatInterval(baseline)] : []));
  const intervals = step.findings.flatMap(({ interval }) => (interval ? [formatInterval(interval)] : []));
  if (step.queries.length + methods.length === 0) {
    return null;
  }
  return (
    <details>
      <summary className={styles.summary}>
        <Trans i18nKey="evidence.how.title">How we know</Trans>
      </summary>
      {methods.map((method, index) => (
        <p key={index} className={styles.text}>
          {method}
        </p>
      ))}
      {[...new Set(intervals)].map((interval) => (
        <p key={interval} className={styles.text}>
          <Trans i18nKey="evidence.how.interval" values={{ interval }}>
            Time range: {'{{interval}}'}.
          </Trans>
        </p>
      ))}
      {[...new Set(baselines)].map((interval) => (
        <p key={interval} className={styles.text}>
          <Trans i18nKey="evidence.how.baseline" values={{ interval }}>
            Normal values were measured during {'{{interval}}'}.
          </Trans>
        </p>
      ))}
      <AllNumbers values={step.findings.flatMap(({ values }) => values)} />
      <ul className={styles.queries}>
        {step.queries.map((query, index) => (
          <QueryEntry key={index} query={query} />
        ))}
      </ul>
    </details>
  );
}

function QueryEntry({ query }: { query: Query }) {
  const styles = useStyles2(getStyles);
  const table = useStyles2(getTableStyles);
  return (
    <li>
      <code className={table.query}>{query.text}</code>
      <div className={styles.cost}>{costOf(query)}</div>
      <QueryLinks query={query} />
      {query.problem && <div className={styles.problem}>{query.problem}</div>}
      {query.warnings?.map((warning, index) => (
        <div key={index} className={styles.problem}>
          <Trans i18nKey="evidence.how.warning" values={{ warning }}>
            The store warned: {'{{warning}}'}
          </Trans>
        </div>
      ))}
    </li>
  );
}

function costOf({ language, dataSource, rows, milliseconds, truncated, window, asked, read }: Query): string {
  const parts = [
    language,
    dataSource,
    formatInterval(window),
    t('evidence.how.rows', '{{count}} rows', { count: rows, defaultValue_one: '{{count}} row' }),
    formatMilliseconds(milliseconds),
  ];
  const reading = storesRead(read);
  if (reading) {
    parts.push(t('evidence.how.read', 'read {{reading}}', { reading, interpolation: { escapeValue: false } }));
  }
  if (truncated) {
    parts.push(t('evidence.how.truncated', 'truncated at the limit'));
  }
  if (asked) {
    parts.push(t('evidence.how.remembered', 'result from {{time}}', { time: formatMoment(asked, window.to) }));
  }
  return parts.filter(Boolean).join(' · ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  summary: css({ ...theme.typography.bodySmall, color: theme.colors.text.link, cursor: 'pointer' }),
  text: css({ ...theme.typography.bodySmall, margin: theme.spacing(0.5, 0, 0) }),
  queries: css({
    margin: theme.spacing(1, 0, 0),
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    paddingLeft: theme.spacing(2),
  }),
  cost: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
  problem: css({ ...theme.typography.bodySmall, color: theme.colors.error.text }),
});
