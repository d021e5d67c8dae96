import { useCallback, useEffect, useState } from 'react';
import type { NewEntry } from '../api/case.gen';
import { failureOf, type Failure } from '../api/failure';
import { Refusal } from '../api/resource';
import { takeIn, unknownCase, type KnownCase } from './caseState';
import { discard, flush, newEntryId, put, waitingFor, type Waiting } from './outbox';
import { followCase } from './requests';

const againAfter = 2000; // ms until a broken connection is made again

/** A case that is followed, and what can be written into it. */
export interface FollowedCase extends KnownCase {
  failure?: Failure;
  waiting: Waiting[];
  /** What was written here since the case was opened, whether it is kept by now or not. */
  written: NewEntry[];
  write: (entry: Omit<NewEntry, 'id'>) => void;
  /** Tries what waits again, and shows what is left. */
  sendAgain: () => void;
  /** Gives up what waits and was refused, by the entry's id. */
  giveUp: (entryId: string) => void;
}

/** What is known of the case that is followed, and which one it is. */
interface Followed extends KnownCase {
  of: string;
  failure?: Failure;
  waiting: Waiting[];
  written: NewEntry[];
}

function begin(ds: string, id: string | undefined): Followed {
  return { ...unknownCase, of: keyOf(ds, id), waiting: id ? waitingFor(ds, id) : [], written: [] };
}

const keyOf = (ds: string, id = '') => `${ds}/${id}`;

/**
 * Follows a case as long as it is on the page, and connects again when the connection breaks. Without an id there is
 * nothing to follow yet; of another id everything begins anew.
 */
export function useCase(ds: string, id: string | undefined): FollowedCase {
  const of = keyOf(ds, id);
  const [followed, setFollowed] = useState(() => begin(ds, id));
  if (followed.of !== of) {
    setFollowed(begin(ds, id));
  }
  // What still comes of a case that is not followed any more changes nothing.
  const change = useCallback(
    (changed: (before: Followed) => Partial<Followed>) =>
      setFollowed((before) => (before.of === of ? { ...before, ...changed(before) } : before)),
    [of]
  );

  const sendAgain = useCallback(() => {
    if (id) {
      void flush(ds, id).then(() => change(() => ({ waiting: waitingFor(ds, id) })));
    }
  }, [ds, id, change]);
  const write = useCallback(
    (entry: Omit<NewEntry, 'id'>) => {
      if (id) {
        const named = { ...entry, id: newEntryId() };
        put(ds, id, named);
        change(({ written }) => ({ waiting: waitingFor(ds, id), written: [...written, named] }));
        sendAgain();
      }
    },
    [ds, id, change, sendAgain]
  );
  const giveUp = useCallback(
    (entryId: string) => {
      if (id) {
        discard(ds, id, entryId);
        change(() => ({ waiting: waitingFor(ds, id) }));
      }
    },
    [ds, id, change]
  );

  useEffect(() => {
    if (!id) {
      return undefined;
    }
    const controller = new AbortController();
    void follow(ds, id, controller.signal, {
      onEvent: (event) => change((before) => takeIn(before, event)),
      onConnected: () => {
        change(() => ({ failure: undefined }));
        sendAgain();
      },
      onFailure: (failure) => change(() => ({ failure })),
    });
    return () => controller.abort();
  }, [ds, id, change, sendAgain]);

  return { ...followed, write, sendAgain, giveUp };
}

interface Follower {
  onEvent: (event: Parameters<typeof takeIn>[1]) => void;
  onConnected: () => void;
  onFailure: (failure: Failure) => void;
}

async function follow(ds: string, id: string, signal: AbortSignal, follower: Follower) {
  while (await followOnce(ds, id, signal, follower)) {
    await new Promise((resolve) => setTimeout(resolve, againAfter));
    if (signal.aborted) {
      return;
    }
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
    return !(error instanceof Refusal) || error.retryable;
  }
  return !isDeleted && !signal.aborted;
}
