import type { Case, Cost, Facts, OpenedCase, StepResult } from './case.gen';
import type { InvestigationEvent, PlannedStep } from './events';
import type { Failure } from './failure';

/** How far an investigation has come. */
export interface Progress {
  state: 'starting' | 'running' | 'done' | 'failed' | 'canceled';
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
  /** Keys of the steps that wait for answers; what has neither begun nor ended waits for facts. */
  running?: readonly string[];
  /** Keys of the steps whose results are those of the run before, until they end anew. */
  stale?: readonly string[];
}

/** What happens to an investigation: the backend's events and the person's decisions. */
export type ProgressAction = InvestigationEvent | { type: 'asked' } | { type: 'asked again' } | { type: 'canceled' };

export const starting: Progress = { state: 'starting', plan: [] };

/** Advances the progress by one event. Whatever was learned stays visible when an investigation fails or is canceled. */
export function advance(progress: Progress, action: ProgressAction): Progress {
  switch (action.type) {
    case 'asked':
      return starting;
    case 'asked again':
      return again(progress);
    case 'started':
      return started(progress, action.case, action.plan);
    case 'running':
      return { ...progress, running: [...(progress.running ?? []), ...action.keys] };
    case 'step':
      return withStep(progress, action.step, action.cost, action.facts);
    case 'alive':
      return progress;
    case 'saved':
      return {
        ...progress,
        unsaved: undefined,
        saved: { id: action.id, state: action.state, joined: action.joined, lasting: action.lasting },
      };
    case 'unsaved':
      return { ...progress, saved: undefined, unsaved: { sentence: action.sentence, advice: action.advice } };
    case 'done':
      return {
        state: 'done',
        case: action.case,
        plan: withAll(progress.plan, action.case.steps),
        ...(progress.ended && { ended: progress.ended }),
        ...keptOf(progress),
      };
    case 'failed':
      return { ...progress, state: 'failed', failure: { sentence: action.sentence, advice: action.advice } };
    case 'canceled':
      return isOver(progress) ? progress : { ...progress, state: 'canceled' };
  }
}

/** Says whether nothing more is going to happen. */
export function isOver({ state }: Progress): boolean {
  return state === 'done' || state === 'failed' || state === 'canceled';
}

/** Names a step within the whole investigation. */
export function stepKey({ phase, id }: { phase: string; id: string }): string {
  return `${phase}/${id}`;
}

// What the run before found stays, marked, until the new one has found it again.
function again(before: Progress): Progress {
  const { plan, case: document } = before;
  return document
    ? { state: 'starting', plan, case: document, stale: document.steps.map(stepKey), ...keptOf(before) }
    : starting;
}

function keptOf({ saved, unsaved }: Progress): Pick<Progress, 'saved' | 'unsaved'> {
  return { ...(saved && { saved }), ...(unsaved && { unsaved }) };
}

function started(before: Progress, document: Case, plan: PlannedStep[]): Progress {
  if (!before.case || !before.stale) {
    return { state: 'running', plan, case: document, ...keptOf(before) };
  }
  const { steps, facts } = before.case;
  return { state: 'running', plan, case: { ...document, steps, facts }, stale: before.stale, ...keptOf(before) };
}

function withStep(progress: Progress, step: StepResult, cost: Cost, facts: Facts | undefined): Progress {
  if (!progress.case) {
    return progress;
  }
  const key = stepKey(step);
  const others = progress.case.steps.filter((other) => stepKey(other) !== key);
  return {
    ...progress,
    case: { ...progress.case, steps: [...others, step], cost, facts: { ...progress.case.facts, ...facts } },
    plan: withAll(progress.plan, [step]),
    ended: { ...progress.ended, [key]: cost.milliseconds },
    ...(progress.running && { running: progress.running.filter((other) => other !== key) }),
    ...(progress.stale && { stale: progress.stale.filter((other) => other !== key) }),
  };
}

function withAll(plan: PlannedStep[], steps: StepResult[]): PlannedStep[] {
  const planned = new Set(plan.map(stepKey));
  const unplanned = steps.filter((step) => !planned.has(stepKey(step)));
  return [...plan, ...unplanned.map(({ phase, id, title }) => ({ phase, id, title }))];
}
