import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Value } from '../api/case.gen';
import { formatValue } from '../format/formatValue';

/** The numbers of a finding: each with what it is normally and how many observations stand behind it. */
export function ValueList({ values }: { values: Value[] }) {
  const styles = useStyles2(getStyles);
  if (values.length === 0) {
    return null;
  }
  return (
    <dl className={styles.list}>
      {values.map((value, index) => (
        <div key={index} className={styles.value}>
          <dt className={styles.name}>{nameOf(value)}</dt>
          <dd className={styles.number}>
            {value.atLeast && <Trans i18nKey="evidence.at-least">at least </Trans>}
            {formatValue(value.value, value.unit)}
          </dd>
          <dd className={styles.context}>{contextOf(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

function nameOf({ name, labels }: Value): string {
  const row = Object.values(labels ?? {}).join(', ');
  return row && row !== name ? `${row}: ${name}` : name;
}

function contextOf({ baseline, samples, unit }: Value): string {
  const parts: string[] = [];
  if (baseline !== undefined) {
    const normal = formatValue(baseline, unit);
    parts.push(t('evidence.normally', 'normally {{normal}}', { normal, interpolation: { escapeValue: false } }));
  }
  if (samples) {
    parts.push(t('evidence.samples', 'from {{samples}}', { samples: formatValue(samples, 'count') }));
  }
  return parts.join(' · ');
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1, 3), margin: 0 }),
  value: css({ minWidth: theme.spacing(12) }),
  name: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, fontWeight: 'normal' }),
  number: css({ ...theme.typography.h4, margin: 0, fontVariantNumeric: 'tabular-nums' }),
  context: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, margin: 0 }),
});
