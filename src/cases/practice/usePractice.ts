import { useEffect, useState } from 'react';
import type { Phase, PracticeCase, ScoreSheet, StepResult } from '../../api/case.gen';
import { failureOf, type Failure } from '../../api/failure';
import { newEntryId } from '../outbox';
import { readPractice, revealStep, sendAnswer } from '../requests';
import { enterPhase, spentIn, startClock, type PracticeClock } from './clock';

/** A game day in one browser: what was asked for so far, the clock, and the score sheet at its end. */
export interface Practice {
  hidden?: PracticeCase;
  clock: PracticeClock;
  /** what was asked for, by key of the step, in that order */
  revealed: ReadonlyMap<string, StepResult>;
  sheet?: ScoreSheet;
  failure?: Failure;
  enter: (phase: Phase) => void;
  ask: (key: string) => void;
  answer: (service: string, why: string) => void;
}

/** Runs a practice on a saved case. Nothing of what was found is here before it is asked for, and no verdict before the answer. */
export function usePractice(ds: string, id: string): Practice {
  const [hidden, setHidden] = useState<PracticeCase>();
  const [clock, setClock] = useState(() => startClock(Date.now()));
  const [revealed, setRevealed] = useState<ReadonlyMap<string, StepResult>>(new Map());
  const [sheet, setSheet] = useState<ScoreSheet>();
  const [failure, setFailure] = useState<Failure>();
  // The same answer sent again is kept once.
  const [entryId] = useState(newEntryId);

  useEffect(() => {
    const controller = new AbortController();
    readPractice(ds, id, controller.signal)
      .then((found) => {
        setHidden(found);
        setClock(startClock(Date.now()));
      })
      .catch((error: unknown) => {
        if (!controller.signal.aborted) {
          setFailure(failureOf(error));
        }
      });
    return () => controller.abort();
  }, [ds, id]);

  const attempt = (work: Promise<void>) => {
    void work.then(() => setFailure(undefined)).catch((error: unknown) => setFailure(failureOf(error)));
  };
  const ask = (key: string) =>
    attempt(revealStep(ds, id, key).then((step) => setRevealed((known) => new Map(known).set(key, step))));
  const answer = (service: string, why: string) => {
    const now = Date.now();
    const phases = hidden?.phases ?? [];
    const spent = Object.fromEntries(phases.map(({ phase }) => [phase, spentIn(clock, phase, now) / 1000]));
    attempt(sendAnswer(ds, id, { id: entryId, service, why, asked: [...revealed.keys()], spent }).then(setSheet));
  };
  const enter = (phase: Phase) => setClock((before) => enterPhase(before, phase, Date.now()));
  return { hidden, clock, revealed, sheet, failure, enter, ask, answer };
}
