import { t } from '@grafana/i18n';
import type { Case, Cost, Facts, OpenedCase, Phase, StepResult, Verdict } from './case.gen';
import { FailureError, type Failure } from './failure';

/** A step that the investigation is going to take. */
export interface PlannedStep {
  phase: Phase;
  id: string;
  title: string;
}

/**
 * One line of the answer to an investigation. "running" names the steps that wait for answers from now on, "step" brings
 * one that has ended with the facts it learned, "alive" says only that the connection still holds.
 */
export type InvestigationEvent =
  | { type: 'started'; case: Case; plan: PlannedStep[] }
  | { type: 'running'; keys: string[] }
  | { type: 'step'; step: StepResult; cost: Cost; facts?: Facts }
  | { type: 'alive' }
  | ({ type: 'saved' } & OpenedCase)
  | ({ type: 'unsaved' } & Failure)
  | { type: 'done'; case: Case }
  | ({ type: 'failed' } & Failure);

/** Reads one line. Throws a FailureError when it is not JSON; answers undefined for events of a newer backend. */
export function parseEvent(line: string): InvestigationEvent | undefined {
  const event = parseJson(line);
  switch (event.type) {
    case 'started':
      return { type: 'started', case: withLists(event.case), plan: list(event.plan) };
    case 'step':
      return { type: 'step', step: withStepLists(event.step), cost: event.cost, facts: event.facts };
    case 'running':
      return { type: 'running', keys: list(event.keys) };
    case 'done':
      return { type: 'done', case: withLists(event.case) };
    case 'alive':
    case 'saved':
    case 'unsaved':
    case 'failed':
      return event;
    default:
      return undefined;
  }
}

function parseJson(line: string): InvestigationEvent {
  try {
    return JSON.parse(line) as InvestigationEvent;
  } catch {
    throw new FailureError(
      t('api.unreadable', "Could not read the investigation's response."),
      t(
        'api.unreadable-advice',
        'Check that no proxy between you and Grafana changes or truncates the response, then run it again.'
      )
    );
  }
}

// Go writes a list that nothing was put into as null.
function list<Item>(items: Item[] | null): Item[] {
  return items ?? [];
}

/** A case as the backend wrote it, with lists where Go left them out. */
export function withLists(document: Case): Case {
  return { ...document, steps: list(document.steps).map(withStepLists), verdict: withVerdictLists(document.verdict) };
}

/** The same for one step. */
export function withStepLists(step: StepResult): StepResult {
  const findings = list(step.findings).map((finding) => ({ ...finding, values: list(finding.values) }));
  return { ...step, findings, queries: list(step.queries) };
}

function withVerdictLists(verdict: Verdict): Verdict {
  return {
    ...verdict,
    candidates: list(verdict.candidates).map((candidate) => ({ ...candidate, because: list(candidate.because) })),
    chain: list(verdict.chain),
    normal: list(verdict.normal),
    unchecked: list(verdict.unchecked),
  };
}
