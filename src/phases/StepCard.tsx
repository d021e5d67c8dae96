import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { StepResult } from '../api/case.gen';
import { stepKey } from '../api/progress';
import { FindingCard } from '../evidence/FindingCard';
import { HowWeKnow } from '../evidence/HowWeKnow';
import { NotChecked } from '../evidence/NotChecked';
import { StepStateLabel } from './StepStateLabel';

/** The id of a step's card in the page, for jumping to it. */
export function stepCardId(key: string): string {
  return `faultline-step-${key.replace('/', '-')}`;
}

/** What one step found, or that it found nothing unusual, or why it could not look. */
export function StepCard({ step }: { step: StepResult }) {
  const styles = useStyles2(getStyles);
  const id = stepCardId(stepKey(step));
  return (
    <section id={id} tabIndex={-1} className={styles.card} aria-labelledby={`${id}-title`}>
      <header className={styles.header}>
        <h3 id={`${id}-title`} className={styles.title}>
          {step.title}
        </h3>
        <StepStateLabel state={step.outcome} />
      </header>
      {step.outcome === 'not checked' && <NotChecked reason={step.reason} advice={step.advice} />}
      {step.outcome === 'clear' && step.findings.length === 0 && (
        <Trans i18nKey="phases.step.nothing-unusual">Looked, and found nothing unusual.</Trans>
      )}
      {step.findings.map((finding, index) => (
        <FindingCard key={index} finding={finding} />
      ))}
      <HowWeKnow step={step} />
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    padding: theme.spacing(2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
    scrollMarginTop: theme.spacing(10),
  }),
  header: css({ display: 'flex', justifyContent: 'space-between', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h5, margin: 0 }),
});
