import { useMemo } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Badge, InteractiveTable, useStyles2, type BadgeColor, type Column } from '@grafana/ui';
import type { Dependency, Health, Unit } from '../api/case.gen';
import { formatValue } from '../format/formatValue';
import { useOwnNumbers } from './ownNumbers';

/** The services that were called: how slow, how often failing, how busy, each against what is normal for it. */
export function DependencyTable({ rows }: { rows: Dependency[] }) {
  const styles = useStyles2(getStyles);
  const OwnNumbers = useOwnNumbers();
  // Whoever comes to this table looks for what is wrong.
  const sorted = useMemo(() => [...rows].sort((a, b) => worst.indexOf(a.health) - worst.indexOf(b.health)), [rows]);
  // The table is built anew for other columns, so they stay the same as long as the language does.
  const columns = useMemo(() => columnsOf(), []);
  const expansion = OwnNumbers && { renderExpandedRow: ({ service }: Dependency) => <OwnNumbers service={service} /> };
  return (
    <div className={styles.scroll} data-testid="dependencies">
      <InteractiveTable
        className={styles.table}
        columns={columns}
        data={sorted}
        getRowId={({ service }: Dependency) => service}
        {...expansion}
      />
    </div>
  );
}

function columnsOf(): Array<Column<Dependency>> {
  return [
    {
      id: 'service',
      header: t('evidence.dependencies.service', 'Service'),
      sortType: 'alphanumeric',
      cell: ({ row: { original } }) => <strong>{original.service}</strong>,
    },
    {
      id: 'health',
      header: t('evidence.dependencies.status', 'Status'),
      sortType: ({ original: a }, { original: b }) => worst.indexOf(b.health) - worst.indexOf(a.health),
      cell: ({ row: { original } }) => <HealthBadge health={original.health} />,
    },
    {
      id: 'p99',
      header: t('evidence.dependencies.p99', 'p99 (normally)'),
      sortType: ({ original: a }, { original: b }) => (a.p99 ?? -1) - (b.p99 ?? -1),
      cell: ({ row: { original } }) => (
        <Measured now={original.p99} normal={original.p99Baseline} unit="s" atLeast={original.p99AtLeast} />
      ),
    },
    {
      id: 'errors',
      header: t('evidence.dependencies.errors', 'Errors (normally)'),
      sortType: ({ original: a }, { original: b }) => (a.errors ?? -1) - (b.errors ?? -1),
      cell: ({ row: { original } }) => <Measured now={original.errors} normal={original.errorsBaseline} unit="ratio" />,
    },
    {
      id: 'rate',
      header: t('evidence.dependencies.rate', 'Calls'),
      sortType: ({ original: a }, { original: b }) => (a.rate ?? -1) - (b.rate ?? -1),
      cell: ({ row: { original } }) => <Measured now={original.rate} normal={null} unit="1/s" />,
    },
  ];
}

const worst: Health[] = ['failing', 'degraded', 'not compared', 'unknown', 'healthy'];

interface MeasuredProps {
  now: number | null;
  normal: number | null;
  unit: Unit;
  atLeast?: boolean;
}

/** A number with its normal value; "over 10 s" where a histogram shows only its lower bound. */
function Measured({ now, normal, unit, atLeast = false }: MeasuredProps) {
  if (now === null) {
    return <Trans i18nKey="evidence.dependencies.not-measured">not measured</Trans>;
  }
  return (
    <>
      {atLeast ? t('evidence.over', 'over {{value}}', { value: formatValue(now, unit) }) : formatValue(now, unit)}
      {normal !== null && ` (${formatValue(normal, unit)})`}
    </>
  );
}

function HealthBadge({ health }: { health: Health }) {
  const looks: Record<Health, { text: string; color: BadgeColor }> = {
    healthy: { text: t('evidence.dependencies.healthy', 'healthy'), color: 'green' },
    degraded: { text: t('evidence.dependencies.degraded', 'DEGRADED'), color: 'orange' },
    failing: { text: t('evidence.dependencies.failing', 'FAILING'), color: 'red' },
    unknown: { text: t('evidence.dependencies.unknown', 'not measured'), color: 'blue' },
    'not compared': { text: t('evidence.dependencies.not-compared', 'not compared'), color: 'blue' },
  };
  return <Badge {...looks[health]} />;
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto', '& > div': { minWidth: 0 } }),
  table: css({ ...theme.typography.bodySmall, 'td, th': { whiteSpace: 'nowrap' } }),
});
