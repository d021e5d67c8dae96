import { t, Trans } from '@grafana/i18n';
import { Badge, useStyles2, type BadgeColor } from '@grafana/ui';
import type { Dependency, Health, Unit } from '../api/case.gen';
import { formatValue } from '../format/formatValue';
import { getTableStyles } from './tableStyles';

/** The services that were called: how slow, how often failing, how busy, each against what is normal for it. */
export function DependencyTable({ rows }: { rows: Dependency[] }) {
  const styles = useStyles2(getTableStyles);
  return (
    <div className={styles.scroll}>
      <table className={styles.table} aria-label={t('evidence.dependencies.label', 'Dependencies')}>
        <thead>
          <tr>
            <Header>{t('evidence.dependencies.service', 'Service')}</Header>
            <Header>{t('evidence.dependencies.status', 'Status')}</Header>
            <Header>{t('evidence.dependencies.p99', 'p99 (normally)')}</Header>
            <Header>{t('evidence.dependencies.errors', 'Errors (normally)')}</Header>
            <Header>{t('evidence.dependencies.rate', 'Calls')}</Header>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.service}>
              <th scope="row">{row.service}</th>
              <td>
                <HealthBadge health={row.health} />
              </td>
              <Measured now={row.p99} normal={row.p99Baseline} unit="s" />
              <Measured now={row.errors} normal={row.errorsBaseline} unit="ratio" />
              <Measured now={row.rate} normal={null} unit="1/s" />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Header({ children }: { children: string }) {
  return <th scope="col">{children}</th>;
}

function Measured({ now, normal, unit }: { now: number | null; normal: number | null; unit: Unit }) {
  if (now === null) {
    return (
      <td>
        <Trans i18nKey="evidence.dependencies.not-measured">not measured</Trans>
      </td>
    );
  }
  return (
    <td>
      {formatValue(now, unit)}
      {normal !== null && ` (${formatValue(normal, unit)})`}
    </td>
  );
}

function HealthBadge({ health }: { health: Health }) {
  const looks: Record<Health, { text: string; color: BadgeColor }> = {
    healthy: { text: t('evidence.dependencies.healthy', 'healthy'), color: 'green' },
    degraded: { text: t('evidence.dependencies.degraded', 'DEGRADED'), color: 'orange' },
    failing: { text: t('evidence.dependencies.failing', 'FAILING'), color: 'red' },
    unknown: { text: t('evidence.dependencies.unknown', 'not measured'), color: 'blue' },
  };
  return <Badge {...looks[health]} />;
}
