import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Connection, Found } from './discover';

/** What already leads from one data source to another, and so which of them belong together. */
export function FoundConnections({ found }: { found: Found }) {
  const styles = useStyles2(getStyles);
  const { connections } = found;
  if (connections.length === 0) {
    return (
      <p>
        <Trans i18nKey="connect.no-connections">
          None of these data sources links to another yet. Faultline does not need such links; Grafana&apos;s own pages
          do.
        </Trans>
      </p>
    );
  }
  return (
    <ul className={styles.list} aria-label={t('connect.connections', 'Existing links between data sources')}>
      {connections.map(({ from, to, setting }) => (
        <li key={`${from.uid} ${setting} ${to.uid}`}>{sentence(from.name, to.name, setting)}</li>
      ))}
    </ul>
  );
}

function sentence(from: string, to: string, setting: Connection['setting']): string {
  const values = { from, to, setting, interpolation: { escapeValue: false } };
  switch (setting) {
    case 'tracesToLogsV2':
      return t('connect.traces-to-logs', 'Spans in {{from}} link to logs in {{to}} ({{setting}}).', values);
    case 'tracesToMetrics':
      return t('connect.traces-to-metrics', 'Spans in {{from}} link to metrics in {{to}} ({{setting}}).', values);
    case 'serviceMap':
      return t('connect.service-map', 'The service graph of {{from}} is in {{to}} ({{setting}}).', values);
    case 'exemplarTraceIdDestinations':
      return t('connect.exemplars', 'Exemplars in {{from}} link to traces in {{to}} ({{setting}}).', values);
    case 'derivedFields':
      return t('connect.derived-fields', 'Log lines in {{from}} link to {{to}} ({{setting}}).', values);
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ ...theme.typography.bodySmall, paddingLeft: theme.spacing(2.5), color: theme.colors.text.secondary }),
});
