import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, type IconName } from '@grafana/ui';
import type { FactorState } from '../../api/readiness';
import { sayState } from './words';

const icons: Record<FactorState, IconName> = {
  ready: 'check-circle',
  partly: 'exclamation-circle',
  missing: 'times-circle',
  'not checked': 'question-circle',
};

/** How much of something is in place: a word, with a mark that stands for it. */
export function StateMark({ state }: { state: FactorState }) {
  const styles = useStyles2(getStyles);
  return (
    <span className={styles[state]}>
      <Icon name={icons[state]} aria-hidden /> {sayState(state)}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2): Record<FactorState, string> => ({
  ready: css({ color: theme.colors.success.text }),
  partly: css({ color: theme.colors.warning.text }),
  missing: css({ color: theme.colors.error.text }),
  'not checked': css({ color: theme.colors.text.secondary }),
});
