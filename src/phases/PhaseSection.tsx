import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Phase, StepResult } from '../api/case.gen';
import { isOver, stepKey, type Progress } from '../api/progress';
import { blockages, rootOf } from './blocked';
import { CardBoundary } from './CardBoundary';
import { NotCheckedBecause } from './NotCheckedBecause';
import { isQuiet, phaseTitle, stepsOf, type ChecklistStep } from './phases';
import { QuietStep } from './QuietStep';
import { StepCard } from './StepCard';
import { StepStateLabel } from './StepStateLabel';

interface Props {
  phase: Phase;
  progress: Progress;
  /** Called with the key of the step that a person wants to see. */
  onSelect: (key: string) => void;
}

/** The id of a phase in the page, for jumping to it. */
export function phaseSectionId(phase: Phase): string {
  return `faultline-phase-${phase}`;
}

/** One phase with a card for each step that has ended, and what it is still waiting for; nothing before it is planned. */
export function PhaseSection({ phase, progress, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const steps = stepsOf(phase, progress);
  const ended = steps.flatMap(({ result }) => result ?? []);
  if (ended.length === 0 && (steps.length === 0 || isOver(progress))) {
    return null;
  }
  const { name, question } = phaseTitle(phase);
  const all = progress.case?.steps ?? [];
  const looked = ended.filter((step) => !rootOf(step, all));
  const quiet = looked.filter(isQuiet);
  const keptBy = (step: StepResult) => all.filter((other) => rootOf(other, all) === step);
  return (
    <section id={phaseSectionId(phase)} tabIndex={-1} className={styles.phase} aria-label={name}>
      <h2 className={styles.title}>
        {name} <span className={styles.question}>{question}</span>
      </h2>
      {looked
        .filter((step) => !isQuiet(step))
        .map((step) => (
          <CardBoundary key={stepKey(step)} title={step.title} content={step}>
            <StepCard
              step={step}
              kept={keptBy(step).map(({ title }) => title)}
              isStale={progress.stale?.includes(stepKey(step))}
              verdict={progress.state === 'done' ? progress.case?.verdict : undefined}
            />
          </CardBoundary>
        ))}
      {blockages(ended, all).map((blockage) => (
        <NotCheckedBecause key={stepKey(blockage.root)} {...blockage} onSelect={onSelect} />
      ))}
      {quiet.length > 0 && (
        <div className={styles.quiet}>
          {quiet.map((step) => (
            <CardBoundary key={stepKey(step)} title={step.title} content={step}>
              <QuietStep step={step} isStale={progress.stale?.includes(stepKey(step))} />
            </CardBoundary>
          ))}
        </div>
      )}
      {!isOver(progress) && <Pending steps={steps.filter(({ result }) => !result)} />}
    </section>
  );
}

/** The steps that are still to come, in one line. */
function Pending({ steps }: { steps: ChecklistStep[] }) {
  const styles = useStyles2(getStyles);
  if (steps.length === 0) {
    return null;
  }
  return (
    <ul className={styles.pending} aria-label={t('phases.pending', 'Still to come')}>
      {steps.map(({ key, title, state }) => (
        <li key={key} className={styles.step}>
          {title} <StepStateLabel state={state} />
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  phase: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    scrollMarginTop: theme.spacing(10),
  }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  // What a person came for stands first, what is normal or only rested on last and small.
  quiet: css({ background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  question: css({ ...theme.typography.body, color: theme.colors.text.secondary }),
  pending: css({
    listStyle: 'none',
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 2),
    padding: theme.spacing(1, 2),
    color: theme.colors.text.secondary,
    border: `1px dashed ${theme.colors.border.weak}`,
    borderRadius: theme.shape.radius.default,
  }),
  step: css({ display: 'inline-flex', gap: theme.spacing(1), alignItems: 'baseline' }),
});
