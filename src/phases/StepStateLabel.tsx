import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, Spinner, useStyles2, type IconName } from '@grafana/ui';
import type { StepState } from './phases';

/** A step's state as a sign and a word, so that it does not depend on colour. */
export function StepStateLabel({ state }: { state: StepState }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={`${styles.label} ${styles[state]}`}>
      {state === 'running' ? <Spinner inline size="sm" /> : <Icon name={icons[state]} size="sm" />}
      {wordFor(state)}
    </span>
  );
}

const icons: Record<Exclude<StepState, 'running'>, IconName> = {
  found: 'exclamation-circle',
  clear: 'check',
  'not checked': 'question-circle',
  'not run': 'circle',
};

function wordFor(state: StepState): string {
  const words: Record<StepState, string> = {
    found: t('phases.state.found', 'found'),
    clear: t('phases.state.clear', 'clear'),
    'not checked': t('phases.state.not-checked', 'not checked'),
    'not run': t('phases.state.not-run', 'not run'),
    running: t('phases.state.running', 'running'),
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
  found: css({ color: theme.colors.error.text, fontWeight: theme.typography.fontWeightMedium }),
  clear: css({ color: theme.colors.success.text }),
  'not checked': css({ color: theme.colors.warning.text, fontWeight: theme.typography.fontWeightMedium }),
  'not run': css({ color: theme.colors.text.secondary }),
  running: css({ color: theme.colors.text.secondary }),
});
