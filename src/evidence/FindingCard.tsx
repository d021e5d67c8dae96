import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, useStyles2, type IconName } from '@grafana/ui';
import type { Finding, Severity } from '../api/case.gen';
import { withMoments } from '../format/moments';
import { CopyButton } from './CopyButton';
import { CriteriaCharts } from './CriteriaCharts';
import { EvidenceList } from './EvidenceList';
import { measuredOf } from './measured';
import { MeasuredTable } from './MeasuredTable';
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
  const sentence = withMoments(finding.sentence, finding.moments);
  const series = finding.evidence?.series;
  const { single, compared } = measuredOf(finding);
  return (
    <article className={styles.card}>
      <p className={styles.sentence}>
        <Icon name={icons[finding.severity]} className={styles.icon} title={severityName(finding.severity)} />
        <span>{sentence}</span>
        <span className={styles.actions}>
          <CopyButton text={sentence} />
          <PinButton
            id={finding.id}
            sentence={finding.sentence}
            moments={finding.moments}
            at={finding.interval?.from}
          />
        </span>
      </p>
      {(single.length > 0 || series) && (
        <div className={single.length > 0 && series ? styles.beside : styles.numbers}>
          <ValueList values={single} />
          {series && <SeriesChart finding={finding} series={series} />}
        </div>
      )}
      {compared.length > 0 && <MeasuredTable values={compared} />}
      <CriteriaCharts finding={finding} />
      {finding.evidence && <EvidenceList evidence={finding.evidence} />}
    </article>
  );
}

function severityName(severity: Severity): string {
  const names: Record<Severity, string> = {
    info: t('evidence.severity.info', 'Info'),
    normal: t('evidence.severity.normal', 'Normal'),
    warning: t('evidence.severity.warning', 'Warning'),
    critical: t('evidence.severity.critical', 'Critical'),
  };
  return names[severity];
}

const getStyles = (theme: GrafanaTheme2, severity: Severity) => {
  const isUsual = severity === 'info' || severity === 'normal';
  const color = {
    info: theme.colors.secondary,
    normal: theme.colors.success,
    warning: theme.colors.warning,
    critical: theme.colors.error,
  }[severity];
  return {
    card: css({
      position: 'relative',
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
      paddingLeft: theme.spacing(1.5),
      borderLeft: `${theme.spacing(0.5)} solid ${color.border}`,
    }),
    sentence: css({
      ...theme.typography.body,
      alignItems: 'start',
      // Where the buttons are hidden until somebody points here, they must not come to lie on the text.
      '@media (hover: hover)': { paddingRight: theme.spacing(7) },
      '& > :nth-child(2)': { flexGrow: 1 },
      display: 'flex',
      gap: theme.spacing(1),
      margin: 0,
      fontWeight: isUsual ? theme.typography.fontWeightRegular : theme.typography.fontWeightMedium,
    }),
    icon: css({ color: color.text, flexShrink: 0, marginTop: theme.spacing(0.25) }),
    numbers: css({ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: theme.spacing(1, 2) }),
    // Where there is room for both.
    beside: css({
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 18ch) minmax(0, 1fr)',
      gap: theme.spacing(1, 2),
      [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
    }),
    // At hand, and out of the way of reading.
    actions: css({
      display: 'inline-flex',
      flexShrink: 0,
      alignItems: 'center',
      '@media (hover: hover)': {
        position: 'absolute',
        top: 0,
        right: 0,
        background: theme.colors.background.secondary,
        opacity: 0,
        'article:hover &, article:focus-within &': { opacity: 1 },
      },
    }),
  };
};
