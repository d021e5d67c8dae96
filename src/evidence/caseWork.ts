import { createContext, useContext } from 'react';
import type { Entry, NewEntry } from '../api/case.gen';

/** What somebody did about a step: looked at it, or skipped it for a reason. */
export interface StepMark {
  kind: 'ticked' | 'skipped';
  by: string;
  /** of a skipped step: why */
  reason?: string;
}

/** The case around what is shown, for those who work on it: what was done about the steps, and how to write more. */
export interface CaseWork {
  /** by key of the step, for example "impact/latency"; a step that nobody touched is absent */
  marks: ReadonlyMap<string, StepMark>;
  /** what is on the timeline already, as pinKey gives it */
  pinned: ReadonlySet<string>;
  write: (entry: Omit<NewEntry, 'id'>) => void;
}

const CaseWorkContext = createContext<CaseWork | undefined>(undefined);

/** Says in which case everything inside is shown. */
export const CaseWorkProvider = CaseWorkContext.Provider;

/** The case around; undefined where what is shown is kept in none. */
export function useCaseWork(): CaseWork | undefined {
  return useContext(CaseWorkContext);
}

const StepKeyContext = createContext('');

/** Says which step everything inside was found by. */
export const StepKeyProvider = StepKeyContext.Provider;

/** Key of the step around; empty outside of one. */
export function useStepKey(): string {
  return useContext(StepKeyContext);
}

/** Names what is pinned: the same thing of the same step is one pin. */
export const pinKey = (step: string, id: string) => `${step} ${id}`;

/** What was written about a step or put on the timeline, and by whom. */
type Done = Pick<Entry, 'kind' | 'step' | 'text' | 'pin'> & { by: Pick<Entry['by'], 'name'> };

/** What a case's log says about its steps and pins. */
export function workIn(entries: Done[]): Pick<CaseWork, 'marks' | 'pinned'> {
  const marks = new Map<string, StepMark>();
  const pinned = new Set<string>();
  for (const { kind, step, by, text, pin } of entries) {
    if (pin) {
      pinned.add(pinKey(pin.step, pin.id));
    }
    if (step && kind === 'step reopened') {
      marks.delete(step);
    } else if (step && (kind === 'ticked' || kind === 'skipped')) {
      marks.set(step, { kind, by: by.name, ...(text && { reason: text }) });
    }
  }
  return { marks, pinned };
}
