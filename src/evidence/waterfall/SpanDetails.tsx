import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Span } from '../../api/case.gen';
import { formatClock } from '../../format/formatInterval';
import { getTableStyles } from '../tableStyles';

/** Everything that a span says: its attributes, its events, and where it ran. */
export function SpanDetails({ span }: { span: Span }) {
  const styles = useStyles2(getStyles);
  const events = (span.events ?? []).map(({ name, time, attributes }) => {
    const said = Object.entries(attributes ?? {}).map(([key, value]) => `${key}=${value}`);
    return [formatClock(time), [name, ...said].join(' ')] as const;
  });
  return (
    <div className={styles.details}>
      {span.statusMessage && <p className={styles.message}>{span.statusMessage}</p>}
      <Pairs title={t('evidence.span.attributes', 'Attributes')} pairs={Object.entries(span.attributes ?? {})} />
      <Pairs title={t('evidence.span.events', 'Events')} pairs={events} />
      <Pairs title={t('evidence.span.resource', 'Resource')} pairs={Object.entries(span.resource ?? {})} />
    </div>
  );
}

function Pairs({ title, pairs }: { title: string; pairs: Array<readonly [string, string]> }) {
  const table = useStyles2(getTableStyles);
  if (pairs.length === 0) {
    return null;
  }
  return (
    <table className={table.table} aria-label={title}>
      <caption>{title}</caption>
      <tbody>
        {pairs.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">{name}</th>
            <td className={table.code}>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  details: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    table: { tableLayout: 'fixed' },
    'th, td': { overflowWrap: 'anywhere', padding: theme.spacing(0.5, 0.5, 0.5, 0) },
    background: theme.colors.background.primary,
    caption: { textAlign: 'left', captionSide: 'top', fontWeight: theme.typography.fontWeightMedium },
  }),
  message: css({ margin: 0, color: theme.colors.error.text }),
});
