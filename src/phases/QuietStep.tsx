import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { StepResult } from '../api/case.gen';
import { stepKey } from '../api/progress';
import { HowWeKnow } from '../evidence/HowWeKnow';
import { withMoments } from '../format/moments';
import { stepCardId } from './StepCard';
import { StepStateLabel } from './StepStateLabel';

/** A step that has nothing to worry about and nothing to look at: a line or two, with how it is known. */
export function QuietStep({ step, isStale = false }: { step: StepResult; isStale?: boolean }) {
  const styles = useStyles2(getStyles);
  const id = stepCardId(stepKey(step));
  const sentences = step.findings.map(({ sentence, moments }) => withMoments(sentence, moments));
  const nothing = t('phases.step.nothing-unusual', 'Checked: nothing abnormal found.');
  return (
    <section
      id={id}
      tabIndex={-1}
      data-readable
      aria-labelledby={`${id}-title`}
      className={cx(styles.step, isStale && styles.stale)}
    >
      <header className={styles.head}>
        <StepStateLabel state={step.outcome} severity="info" isBrief />
        <h3 id={`${id}-title`} className={styles.title}>
          {step.title}
        </h3>
      </header>
      <div>
        {[...(sentences.length > 0 ? sentences : [nothing]), ...(step.notes ?? [])].map((sentence, index) => (
          <p key={index} className={styles.sentence}>
            {sentence}
          </p>
        ))}
        <HowWeKnow step={step} />
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  step: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 28ch) minmax(0, 1fr)',
    gap: theme.spacing(0.5, 2),
    padding: theme.spacing(1, 2),
    scrollMarginTop: theme.spacing(10),
    '& + &': { borderTop: `1px solid ${theme.colors.border.weak}` },
    [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  stale: css({ opacity: 0.75 }),
  head: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.bodySmall, fontWeight: theme.typography.fontWeightMedium, margin: 0 }),
  sentence: css({
    ...theme.typography.bodySmall,
    margin: 0,
    overflowWrap: 'anywhere',
    color: theme.colors.text.secondary,
  }),
});
