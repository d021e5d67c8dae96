import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Phase } from '../api/case.gen';
import type { Progress } from '../api/progress';
import { phaseTitle, stepsOf } from './phases';
import { StepCard } from './StepCard';

/** One phase with a card for each step that has ended; nothing before the first one has. */
export function PhaseSection({ phase, progress }: { phase: Phase; progress: Progress }) {
  const styles = useStyles2(getStyles);
  const ended = stepsOf(phase, progress).flatMap(({ result }) => result ?? []);
  if (ended.length === 0) {
    return null;
  }
  const { name, question } = phaseTitle(phase);
  return (
    <section className={styles.phase} aria-label={name}>
      <h2 className={styles.title}>
        {name} <span className={styles.question}>{question}</span>
      </h2>
      {ended.map((step) => (
        <StepCard key={step.id} step={step} />
      ))}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  phase: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  question: css({ ...theme.typography.body, color: theme.colors.text.secondary }),
});
