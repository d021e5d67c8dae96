import { t } from '@grafana/i18n';
import type { Finding, Phase, Severity, StepResult } from '../api/case.gen';
import type { PlannedStep } from '../api/events';
import { isOver, stepKey, type Progress } from '../api/progress';
import { hasCriteria } from '../evidence/criteria';

/** The five phases in the order in which a person walks them. */
export const phaseOrder: Phase[] = ['impact', 'example', 'logs', 'cause', 'recovery'];

/** How many minutes a person has for each phase. */
export const phaseBudgets: Record<Phase, number> = { impact: 2, example: 3, logs: 2, cause: 3, recovery: 5 };

/** A phase's name and the question it answers. */
export function phaseTitle(phase: Phase): { name: string; question: string } {
  const titles = {
    impact: {
      name: t('phases.impact.name', 'Impact'),
      question: t('phases.impact.question', 'How bad, since when, where?'),
    },
    example: { name: t('phases.example.name', 'Example'), question: t('phases.example.question', 'Show me one.') },
    logs: { name: t('phases.logs.name', 'Logs'), question: t('phases.logs.question', 'Why, in its own words?') },
    cause: {
      name: t('phases.cause.name', 'Cause'),
      question: t('phases.cause.question', 'Ours or theirs, and what changed?'),
    },
    recovery: {
      name: t('phases.recovery.name', 'Recovery'),
      question: t('phases.recovery.question', 'Fix it and prove it.'),
    },
  };
  return titles[phase];
}

/** What a step is up to: its outcome; or that it is asking, or waits for facts to ask with, or will never ask. */
export type StepState = StepResult['outcome'] | 'running' | 'waiting' | 'not run';

/** A step of the checklist; its result is absent until it has ended. */
export interface ChecklistStep extends PlannedStep {
  key: string;
  state: StepState;
  result?: StepResult;
}

/** The steps of one phase as they stand, in the order of the plan. */
export function stepsOf(phase: Phase, progress: Progress): ChecklistStep[] {
  const results = new Map(progress.case?.steps.map((step) => [stepKey(step), step]));
  return progress.plan
    .filter((step) => step.phase === phase)
    .map((step) => {
      const key = stepKey(step);
      const result = results.get(key);
      return { ...step, key, result, state: stateOf(key, result, progress) };
    });
}

function stateOf(key: string, result: StepResult | undefined, progress: Progress): StepState {
  const isPending = !result || progress.stale?.includes(key);
  if (result && (!isPending || isOver(progress))) {
    return result.outcome;
  }
  if (isOver(progress)) {
    return 'not run';
  }
  return progress.running?.includes(key) ? 'running' : 'waiting';
}

const bySeverity: Severity[] = ['critical', 'warning', 'normal', 'info'];

/** How much the worst of a step's findings should worry; undefined when it has none. */
export function worstOf({ findings }: StepResult): Severity | undefined {
  return bySeverity.find((severity) => findings.some((finding) => finding.severity === severity));
}

/** Says whether a step has nothing to worry about, and nothing to look at: it was normal, or others rest on it. */
export function isQuiet(step: StepResult): boolean {
  const isCalm = step.findings.every(({ severity }) => severity === 'info' || severity === 'normal');
  return step.outcome !== 'not checked' && isCalm && !step.findings.some(showsSomething);
}

/** The steps of a phase that may still bring something, given all of them; none once the investigation is over. */
export function toCome(steps: ChecklistStep[], progress: Progress): ChecklistStep[] {
  return isOver(progress) ? [] : steps.filter(({ result }) => !result);
}

function showsSomething(finding: Finding): boolean {
  const parts: unknown[] = Object.values(finding.evidence ?? {});
  return hasCriteria(finding) || parts.some((part) => (Array.isArray(part) ? part.length > 0 : Boolean(part)));
}
