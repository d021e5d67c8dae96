import { useEffect, useState } from 'react';
import { failureOf, type Failure } from './failure';

/** What became of a question: its answer, why there is none, or neither while it is on its way. */
export interface Asked<Answer> {
  answer?: Answer;
  failure?: Failure;
}

/** Asks as soon as it is used and anew when the key changes; the answer to an older question is not shown any more. */
export function useAnswer<Answer>(key: string, ask: (signal: AbortSignal) => Promise<Answer>): Asked<Answer> {
  const [asked, setAsked] = useState<Asked<Answer> & { key?: string }>({});
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    ask(signal).then(
      (answer) => signal.aborted || setAsked({ key, answer }),
      (error: unknown) => signal.aborted || setAsked({ key, failure: failureOf(error) })
    );
    return () => controller.abort();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the key says what is asked
  }, [key]);
  return asked.key === key ? asked : {};
}
