import type { Case, OpenedCase, StepResult } from './case.gen';
import type { InvestigationEvent, PlannedStep } from './events';
import type { Failure } from './failure';

/** How far an investigation has come. */
export interface Progress {
  state: 'starting' | 'running' | 'done' | 'failed' | 'cancelled';
  /** Every step in the order of the phases, known from the start. */
  plan: PlannedStep[];
  /** The case with the steps that have ended so far; absent until the backend has answered. */
  case?: Case;
  failure?: Failure;
  /** Where it is kept; absent until the backend has said so. */
  saved?: OpenedCase;
  /** Why it is not kept. */
  unsaved?: Failure;
  /** When each step had ended, by its key: milliseconds since the investigation began. */
  ended?: Record<string, number>;
}

/** What happens to an investigation: the backend's events and the person's decisions. */
export type ProgressAction = InvestigationEvent | { type: 'asked' } | { type: 'cancelled' };

export const starting: Progress = { state: 'starting', plan: [] };

/** Advances the progress by one event. Whatever was learned stays visible when an investigation fails or is cancelled. */
export function advance(progress: Progress, action: ProgressAction): Progress {
  switch (action.type) {
    case 'asked':
      return starting;
    case 'started':
      return {
        state: 'running',
        plan: action.plan,
        case: action.case,
        saved: progress.saved,
        unsaved: progress.unsaved,
      };
    case 'step':
      return withStep(progress, action.step, action.cost);
    case 'alive':
      return progress;
    case 'saved':
      return {
        ...progress,
        saved: { id: action.id, state: action.state, joined: action.joined, lasting: action.lasting },
      };
    case 'unsaved':
      return { ...progress, unsaved: { sentence: action.sentence, advice: action.advice } };
    case 'done':
      return { ...progress, state: 'done', case: action.case, plan: withAll(progress.plan, action.case.steps) };
    case 'failed':
      return { ...progress, state: 'failed', failure: { sentence: action.sentence, advice: action.advice } };
    case 'cancelled':
      return isOver(progress) ? progress : { ...progress, state: 'cancelled' };
  }
}

/** Says whether nothing more is going to happen. */
export function isOver({ state }: Progress): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** Names a step within the whole investigation. */
export function stepKey({ phase, id }: { phase: string; id: string }): string {
  return `${phase}/${id}`;
}

function withStep(progress: Progress, step: StepResult, cost: Case['cost']): Progress {
  if (!progress.case) {
    return progress;
  }
  const others = progress.case.steps.filter((other) => stepKey(other) !== stepKey(step));
  return {
    ...progress,
    case: { ...progress.case, steps: [...others, step], cost },
    plan: withAll(progress.plan, [step]),
    ended: { ...progress.ended, [stepKey(step)]: cost.milliseconds },
  };
}

function withAll(plan: PlannedStep[], steps: StepResult[]): PlannedStep[] {
  const planned = new Set(plan.map(stepKey));
  const unplanned = steps.filter((step) => !planned.has(stepKey(step)));
  return [...plan, ...unplanned.map(({ phase, id, title }) => ({ phase, id, title }))];
}
