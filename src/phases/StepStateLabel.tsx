import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, Spinner, useStyles2, type IconName } from '@grafana/ui';
import type { Severity } from '../api/case.gen';
import type { StepState } from './phases';

interface Props {
  state: StepState;
  /** Its word is said to those who do not see the sign, and stands there only where it is news. */
  isBrief?: boolean;
  /** of the worst that was found */
  severity?: Severity;
}

/** A step's state as a sign and a word, so that it does not depend on colour. */
export function StepStateLabel({ state, severity, isBrief = false }: Props) {
  const look = lookOf(state, severity);
  const styles = useStyles2(getStyles);
  return (
    <span className={`${styles.label} ${styles[look]}`}>
      {look === 'running' ? <Spinner inline size="sm" /> : <Icon name={icons[look]} size="sm" />}
      <span className={isBrief && isExpected(state) ? styles.unseen : undefined}>{wordFor(state)}</span>
    </span>
  );
}

type Look = StepState | 'warning' | 'info';

// What was found may worry a lot, a little, or not at all.
function lookOf(state: StepState, severity?: Severity): Look {
  if (state !== 'found' || severity === 'critical') {
    return state;
  }
  return severity === 'warning' ? 'warning' : 'info';
}

function isExpected(state: StepState): boolean {
  return state === 'found' || state === 'clear' || state === 'waiting' || state === 'not run';
}

const icons: Record<Exclude<Look, 'running'>, IconName> = {
  found: 'exclamation-circle',
  warning: 'exclamation-triangle',
  info: 'info-circle',
  clear: 'check',
  'not checked': 'question-circle',
  'not run': 'circle',
  waiting: 'clock-nine',
};

function wordFor(state: StepState): string {
  const words: Record<StepState, string> = {
    found: t('phases.state.found', 'found'),
    clear: t('phases.state.clear', 'clear'),
    'not checked': t('phases.state.not-checked', 'not checked'),
    'not run': t('phases.state.not-run', 'not run'),
    running: t('phases.state.running', 'running'),
    waiting: t('phases.state.waiting', 'waiting'),
  };
  return words[state];
}

const getStyles = (theme: GrafanaTheme2) => ({
  label: css({
    ...theme.typography.bodySmall,
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    whiteSpace: 'nowrap',
  }),
  unseen: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
  found: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightMedium }),
  warning: css({ color: theme.colors.warning.text, fontWeight: theme.typography.fontWeightMedium }),
  info: css({ color: theme.colors.text.secondary }),
  clear: css({ color: theme.colors.success.text }),
  'not checked': css({ color: theme.colors.warning.text, fontWeight: theme.typography.fontWeightMedium }),
  'not run': css({ color: theme.colors.text.secondary }),
  running: css({ color: theme.colors.text.secondary }),
  waiting: css({ color: theme.colors.text.secondary }),
});
