import type { StepResult } from '../api/case.gen';
import { stepKey } from '../api/progress';

/** A step that could not look, with those that needed what it would have learned. */
interface Blockage {
  root: StepResult;
  steps: StepResult[];
}

/** Groups the steps that could not look by the one whose failure kept them from it, among all steps of a case. */
export function blockages(steps: StepResult[], all: StepResult[]): Blockage[] {
  const groups = new Map<string, Blockage>();
  for (const step of steps) {
    const root = rootOf(step, all);
    if (root) {
      const key = stepKey(root);
      const group = groups.get(key) ?? { root, steps: [] };
      group.steps.push(step);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}

/** The other step whose failure kept this one from looking; undefined when it failed by itself, or nobody knows. */
export function rootOf(step: StepResult, all: StepResult[]): StepResult | undefined {
  if (step.outcome !== 'not checked' || !step.root || step.root === stepKey(step)) {
    return undefined;
  }
  return all.find((other) => stepKey(other) === step.root);
}
