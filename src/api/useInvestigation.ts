import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { failureOf } from './failure';
import { investigate, type InvestigationRequest } from './investigations';
import { advance, starting, type Progress, type ProgressAction } from './progress';

/** A running or ended investigation and what a person can do about it. */
export interface Investigation {
  progress: Progress;
  /** which time it is that this request is investigated, from 0 */
  run: number;
  cancel: () => void;
  /** runs it again, also to resume one that was canceled or has failed; what was found stays until it is found anew */
  again: () => void;
}

/** Runs the investigation as soon as it is used, anew when the request changes, and ends it when the page is left. */
export function useInvestigation(request: InvestigationRequest): Investigation {
  const [progress, dispatch] = useReducer(advance, starting);
  const [run, setRun] = useState(0);
  const controller = useRef<AbortController | undefined>(undefined);
  const asked = useRef<string | undefined>(undefined);
  // Requests are compared by what they say, so a caller need not keep their identity.
  const wanted = JSON.stringify(request);

  useEffect(() => {
    const current = new AbortController();
    controller.current = current;
    // The same question asked again keeps what is known until it is known anew.
    dispatch({ type: asked.current === wanted ? 'asked again' : 'asked' });
    asked.current = wanted;
    const { alert, ...rest } = JSON.parse(wanted) as InvestigationRequest;
    // What an alert has ready is shown once; to run again is to look anew.
    void follow({ ...rest, ...(run === 0 && alert && { alert }) }, current.signal, dispatch);
    return () => current.abort();
  }, [wanted, run]);

  const cancel = useCallback(() => {
    dispatch({ type: 'canceled' });
    controller.current?.abort();
  }, []);
  const again = useCallback(() => setRun((count) => count + 1), []);
  return { progress, run, cancel, again };
}

async function follow(
  request: InvestigationRequest,
  signal: AbortSignal,
  dispatch: (action: ProgressAction) => void
): Promise<void> {
  try {
    for await (const event of investigate(request, signal)) {
      if (signal.aborted) {
        return;
      }
      dispatch(event);
    }
  } catch (error) {
    if (!signal.aborted) {
      dispatch({ type: 'failed', ...failureOf(error) });
    }
  }
}
