import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Phase } from '../api/case.gen';
import { isOver, stepKey, type Progress } from '../api/progress';
import { blockages, rootOf } from './blocked';
import { CardBoundary } from './CardBoundary';
import { NotCheckedBecause } from './NotCheckedBecause';
import { PendingCard } from './PendingCard';
import { isQuiet, phaseTitle, stepsOf, toCome, type ChecklistStep } from './phases';
import { QuietStep } from './QuietStep';
import { StepCard } from './StepCard';

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

/**
 * One phase with a card for each step that has ended; nothing before it is planned. While it runs nothing stands where
 * something else may come before it: charts that are on their way have their place, and what is quiet comes at the end.
 */
export function PhaseSection({ phase, progress, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const steps = stepsOf(phase, progress);
  const ended = steps.flatMap(({ result }) => result ?? []);
  const pending = toCome(steps, progress);
  if (ended.length + pending.length === 0) {
    return null;
  }
  const { name, question } = phaseTitle(phase);
  const all = progress.case?.steps ?? [];
  const quiet = pending.length > 0 ? [] : ended.filter((step) => !rootOf(step, all) && isQuiet(step));
  return (
    <section id={phaseSectionId(phase)} tabIndex={-1} className={styles.phase} aria-label={name}>
      <header className={styles.head}>
        <h2 className={styles.title}>{name}</h2>
        {pending.length > 0 ? <ToCome steps={pending} /> : <span className={styles.question}>{question}</span>}
      </header>
      {steps.map((step) => (
        <Place key={step.key} step={step} progress={progress} />
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
    </section>
  );
}

/** A step's card, or where it is going to stand; nothing for what is quiet, or was kept from looking by another. */
function Place({ step, progress }: { step: ChecklistStep; progress: Progress }) {
  const { key, title, state, result } = step;
  const all = progress.case?.steps ?? [];
  if (!result) {
    return charted.has(key) && !isOver(progress) ? <PendingCard title={title} state={state} /> : null;
  }
  if (isQuiet(result) || rootOf(result, all)) {
    return null;
  }
  const kept = all.filter((other) => rootOf(other, all) === result);
  return (
    <CardBoundary title={title} content={result}>
      <StepCard
        step={result}
        kept={kept.map((other) => other.title)}
        isStale={progress.stale?.includes(key)}
        verdict={progress.state === 'done' ? progress.case?.verdict : undefined}
      />
    </CardBoundary>
  );
}

// Steps that everybody reads first, and that have a chart wherever there is an incident.
const charted = new Set(['impact/error-rate', 'impact/request-rate', 'impact/latency']);

/** How much is still to come, in a line of its own length; the checklist says what. */
function ToCome({ steps }: { steps: ChecklistStep[] }) {
  const styles = useStyles2(getStyles);
  const running = steps.filter(({ state }) => state === 'running').length;
  return (
    <span className={styles.question}>
      {t('phases.to-come', 'Pending: {{running}} running, {{waiting}} waiting', {
        running,
        waiting: steps.length - running,
      })}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  phase: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    scrollMarginTop: theme.spacing(10),
  }),
  head: css({ display: 'flex', alignItems: 'baseline', gap: theme.spacing(1) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  // What a person came for stands first, what is normal or only rested on last and small.
  quiet: css({ background: theme.colors.background.secondary, borderRadius: theme.shape.radius.default }),
  question: css({ ...theme.typography.body, color: theme.colors.text.secondary }),
});
