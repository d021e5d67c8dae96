import { useCallback, useEffect, useReducer, useState } from 'react';
import type { NewEntry } from '../api/case.gen';
import { failureOf, type Failure } from '../api/failure';
import { takeIn, unknownCase, type KnownCase } from './caseState';
import { flush, newEntryId, put, waitingFor, type Waiting } from './outbox';
import { CaseFailure, followCase } from './requests';

const againAfter = 2000; // ms until a broken connection is made again

/** A case that is followed, and what can be written into it. */
export interface FollowedCase extends KnownCase {
  failure?: Failure;
  waiting: Waiting[];
  write: (entry: Omit<NewEntry, 'id'>) => void;
  /** Tries what waits again, and shows what is left. */
  sendAgain: () => void;
}

/**
 * Follows a case as long as it is on the page, and connects again when the connection breaks. Without an id there is
 * nothing to follow yet; the id of one that is followed must not change.
 */
export function useCase(ds: string, id: string | undefined): FollowedCase {
  const [known, dispatch] = useReducer(takeIn, unknownCase);
  const [failure, setFailure] = useState<Failure>();
  const [waiting, setWaiting] = useState<Waiting[]>(() => (id ? waitingFor(ds, id) : []));

  const sendAgain = useCallback(() => {
    if (id) {
      void flush(ds, id).then(() => setWaiting(waitingFor(ds, id)));
    }
  }, [ds, id]);
  const write = useCallback(
    (entry: Omit<NewEntry, 'id'>) => {
      if (id) {
        put(ds, id, { ...entry, id: newEntryId() });
        setWaiting(waitingFor(ds, id));
        sendAgain();
      }
    },
    [ds, id, sendAgain]
  );

  useEffect(() => {
    if (!id) {
      return undefined;
    }
    const controller = new AbortController();
    void follow(ds, id, controller.signal, {
      onEvent: dispatch,
      onConnected: () => {
        setFailure(undefined);
        sendAgain();
      },
      onFailure: setFailure,
    });
    return () => controller.abort();
  }, [ds, id, sendAgain]);

  return { ...known, failure, waiting, write, sendAgain };
}

interface Follower {
  onEvent: (event: Parameters<typeof takeIn>[1]) => void;
  onConnected: () => void;
  onFailure: (failure: Failure) => void;
}

async function follow(ds: string, id: string, signal: AbortSignal, follower: Follower) {
  while (await followOnce(ds, id, signal, follower)) {
    await new Promise((resolve) => setTimeout(resolve, againAfter));
  }
}

/** Follows until the connection ends; says whether it is worth making another. */
async function followOnce(ds: string, id: string, signal: AbortSignal, follower: Follower): Promise<boolean> {
  let isDeleted = false;
  try {
    for await (const event of followCase(ds, id, signal)) {
      if (event.type === 'case') {
        follower.onConnected();
      }
      isDeleted = event.type === 'deleted';
      follower.onEvent(event);
    }
  } catch (error) {
    if (signal.aborted) {
      return false;
    }
    follower.onFailure(failureOf(error));
    return !(error instanceof CaseFailure) || error.retryable;
  }
  return !isDeleted && !signal.aborted;
}
