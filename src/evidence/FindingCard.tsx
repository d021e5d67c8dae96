import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, useStyles2, type IconName } from '@grafana/ui';
import type { Finding, Severity } from '../api/case.gen';
import { formatInterval } from '../format/formatInterval';
import { CopyButton } from './CopyButton';
import { CriteriaCharts } from './CriteriaCharts';
import { EvidenceList } from './EvidenceList';
import { PinButton } from './PinButton';
import { SeriesChart } from './SeriesChart';
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
  const series = finding.evidence?.series;
  const values = hasNumbersOfItsOwn(finding) ? finding.values : [];
  return (
    <article className={styles.card}>
      <p className={styles.sentence}>
        <Icon name={icons[finding.severity]} className={styles.icon} title={severityName(finding.severity)} />
        <span>{finding.sentence}</span>
        <CopyButton text={finding.sentence} />
        <PinButton sentence={finding.sentence} at={finding.interval?.from} />
      </p>
      {(values.length > 0 || finding.interval || series) && (
        <div className={styles.numbers}>
          <div>
            <ValueList values={values} />
            {finding.interval && <p className={styles.interval}>{formatInterval(finding.interval)}</p>}
          </div>
          {series && <SeriesChart finding={finding} series={series} />}
        </div>
      )}
      <CriteriaCharts finding={finding} />
      {finding.evidence && <EvidenceList evidence={finding.evidence} />}
    </article>
  );
}

// Numbers that only inform stand in the sentence, those of dependencies in their table.
function hasNumbersOfItsOwn({ severity, evidence }: Finding): boolean {
  return severity !== 'info' && !evidence?.dependencies;
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
    info: theme.colors.secondary,
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
    sentence: css({
      ...theme.typography.body,
      alignItems: 'start',
      '& > :nth-child(2)': { flexGrow: 1 },
      display: 'flex',
      gap: theme.spacing(1),
      margin: 0,
      fontWeight: severity === 'info' ? theme.typography.fontWeightRegular : theme.typography.fontWeightMedium,
    }),
    icon: css({ color: color.text, flexShrink: 0, marginTop: theme.spacing(0.25) }),
    // Beside each other where there is room for both.
    numbers: css({
      display: 'grid',
      gap: theme.spacing(1, 2),
      '&:has(figure)': { gridTemplateColumns: 'minmax(0, 22ch) minmax(0, 1fr)' },
      [theme.breakpoints.down('md')]: { '&:has(figure)': { gridTemplateColumns: 'minmax(0, 1fr)' } },
    }),
    interval: css({
      ...theme.typography.bodySmall,
      color: theme.colors.text.secondary,
      margin: theme.spacing(0.5, 0, 0),
    }),
  };
};
