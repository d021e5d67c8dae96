import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Phase } from '../api/case.gen';
import type { Progress } from '../api/progress';
import { formatMilliseconds } from '../format/formatDuration';
import { phaseBudgets, stepsOf } from './phases';

/** When the last step of a phase so far had ended, against the minutes that a person has for the phase. */
export function PhaseClock({ phase, progress }: { phase: Phase; progress: Progress }) {
  const styles = useStyles2(getStyles);
  const ended = stepsOf(phase, progress).flatMap(({ key }) => progress.ended?.[key] ?? []);
  const budget = t('phases.clock.minutes', '{{minutes}} min', { minutes: phaseBudgets[phase] });
  return (
    <span
      className={styles.clock}
      title={t('phases.clock.title', 'Time since the start, and the target for this phase')}
    >
      {ended.length > 0 ? `${formatMilliseconds(Math.max(...ended))} / ${budget}` : budget}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  clock: css({
    ...theme.typography.bodySmall,
    color: theme.colors.text.secondary,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
});
