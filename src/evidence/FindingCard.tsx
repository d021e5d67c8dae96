import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, useStyles2, type IconName } from '@grafana/ui';
import type { Finding, Severity } from '../api/case.gen';
import { formatInterval } from '../format/formatInterval';
import { DependencyTable } from './DependencyTable';
import { LogLines } from './LogLines';
import { ValueList } from './ValueList';

const icons: Record<Severity, IconName> = {
  info: 'info-circle',
  normal: 'check-circle',
  warning: 'exclamation-triangle',
  critical: 'exclamation-circle',
};

/** One statement with its numbers, the time it speaks of, and what it rests on. */
export function FindingCard({ finding }: { finding: Finding }) {
  const styles = useStyles2(getStyles, finding.severity);
  const { dependencies, lines } = finding.evidence ?? {};
  return (
    <article className={styles.card}>
      <p className={styles.sentence}>
        <Icon name={icons[finding.severity]} className={styles.icon} title={severityName(finding.severity)} />
        {finding.sentence}
      </p>
      <ValueList values={finding.values} />
      {finding.interval && <p className={styles.interval}>{formatInterval(finding.interval)}</p>}
      {dependencies && <DependencyTable rows={dependencies} />}
      {lines && <LogLines lines={lines} />}
    </article>
  );
}

function severityName(severity: Severity): string {
  const names: Record<Severity, string> = {
    info: t('evidence.severity.info', 'For information'),
    normal: t('evidence.severity.normal', 'Normal'),
    warning: t('evidence.severity.warning', 'Unusual'),
    critical: t('evidence.severity.critical', 'Unusual and harmful'),
  };
  return names[severity];
}

const getStyles = (theme: GrafanaTheme2, severity: Severity) => {
  const color = {
    info: theme.colors.info,
    normal: theme.colors.success,
    warning: theme.colors.warning,
    critical: theme.colors.error,
  }[severity];
  return {
    card: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
      paddingLeft: theme.spacing(1.5),
      borderLeft: `${theme.spacing(0.5)} solid ${color.border}`,
    }),
    sentence: css({ ...theme.typography.body, margin: 0, fontWeight: theme.typography.fontWeightMedium }),
    icon: css({ color: color.text, marginRight: theme.spacing(1) }),
    interval: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, margin: 0 }),
  };
};
