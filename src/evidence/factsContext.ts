import { createContext, useContext } from 'react';
import type { Case, Facts, Onset, StepResult, Subject, Trace, Window } from '../api/case.gen';

/** What is known while an investigation runs: its facts, and where the page shows the trace and its lines. */
export interface Known extends Facts {
  subject?: Subject;
  /** the steps that have ended */
  steps?: StepResult[];
  /** the time that all charts show */
  charted?: Window;
  /** the example, which the stream brings in a finding and not as a fact */
  trace?: Trace;
  /** keys of the steps whose findings show the trace and the lines of the trace */
  traceStep?: string;
  linesStep?: string;
}

const FactsContext = createContext<Known>({});

/** Gathers what is known from a case's facts and from what its steps show; nothing while there is no case. */
export function knownOf(document: Pick<Case, 'facts' | 'steps' | 'subject' | 'window'> | undefined): Known {
  if (!document) {
    return {};
  }
  const { facts, steps, subject, window } = document;
  const shows = (part: 'trace' | 'lines') =>
    steps.find((step) => step.findings.some((found) => found.evidence?.[part]));
  const [traceStep, linesStep] = [shows('trace'), shows('lines')];
  const trace = traceStep?.findings.flatMap(({ evidence }) => evidence?.trace ?? [])[0];
  return {
    ...facts,
    subject,
    steps,
    charted: chartedOf(window, facts.onset),
    trace: facts.example?.trace ?? trace,
    traceStep: traceStep && keyOf(traceStep),
    linesStep: linesStep && keyOf(linesStep),
  };
}

const hour = 3_600_000; // ms
const leastBefore = hour / 2;

/**
 * The time that charts show: all of it while the onset is unknown, with the hour of baseline that the backend puts before
 * the window; then as much before the onset as makes the change plain.
 */
function chartedOf({ from, to }: Window, onset: Onset | undefined): Window {
  const [start, end] = [Date.parse(from) - hour, Date.parse(to)];
  const began = onset ? Date.parse(onset.earliest) : start;
  const shown = Math.max(start, began - Math.max(leastBefore, 2 * (end - began)));
  return { from: new Date(onset ? shown : start).toISOString(), to };
}

const keyOf = ({ phase, id }: StepResult) => `${phase}/${id}`;

/** What the investigation has learned, for evidence that marks it: a chart the onset, a waterfall the culprit. */
export const FactsProvider = FactsContext.Provider;

/** The facts of the investigation around; nothing is known outside one. */
export function useFacts(): Known {
  return useContext(FactsContext);
}
