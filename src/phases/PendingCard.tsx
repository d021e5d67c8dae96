import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { StepState } from './phases';
import { StepStateLabel } from './StepStateLabel';

/** Keeps the place of a card with a chart while it is on its way, so that what stands below stays where it is. */
export function PendingCard({ title, state }: { title: string; state: StepState }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.card}>
      <span>{title}</span>
      <StepStateLabel state={state} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    ...theme.typography.h6,
    display: 'flex',
    alignItems: 'start',
    justifyContent: 'space-between',
    // What a card takes whose numbers stand beside their chart; on a phone they stand above it.
    height: 252,
    padding: theme.spacing(1.5, 2),
    color: theme.colors.text.secondary,
    border: `1px dashed ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
    [theme.breakpoints.down('md')]: { height: 340 },
  }),
});
