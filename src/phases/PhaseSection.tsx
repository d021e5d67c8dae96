import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Phase, StepResult } from '../api/case.gen';
import { stepKey, type Progress } from '../api/progress';
import { blockages, rootOf } from './blocked';
import { NotCheckedBecause } from './NotCheckedBecause';
import { isBackground, phaseTitle, stepsOf } from './phases';
import { StepCard } from './StepCard';

interface Props {
  phase: Phase;
  progress: Progress;
  /** Called with the key of the step that a person wants to see. */
  onSelect: (key: string) => void;
}

/** One phase with a card for each step that has ended; nothing before the first one has. */
export function PhaseSection({ phase, progress, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const ended = stepsOf(phase, progress).flatMap(({ result }) => result ?? []);
  if (ended.length === 0) {
    return null;
  }
  const { name, question } = phaseTitle(phase);
  const all = progress.case?.steps ?? [];
  const keptBy = (step: StepResult) => all.filter((other) => rootOf(other, all) === step);
  return (
    <section className={styles.phase} aria-label={name}>
      <h2 className={styles.title}>
        {name} <span className={styles.question}>{question}</span>
      </h2>
      {byWeight(ended.filter((step) => !rootOf(step, all))).map((step) => (
        <StepCard key={stepKey(step)} step={step} kept={keptBy(step).map(({ title }) => title)} />
      ))}
      {blockages(ended, all).map((blockage) => (
        <NotCheckedBecause key={stepKey(blockage.root)} {...blockage} onSelect={onSelect} />
      ))}
    </section>
  );
}

// What a person came for stands first, what it rests on last.
function byWeight(steps: StepResult[]): StepResult[] {
  return [...steps.filter((step) => !isBackground(step)), ...steps.filter(isBackground)];
}

const getStyles = (theme: GrafanaTheme2) => ({
  phase: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  question: css({ ...theme.typography.body, color: theme.colors.text.secondary }),
});
