import type { NewEntry } from '../api/case.gen';
import { failureOf, type Failure } from '../api/failure';
import { Refusal } from '../api/resource';
import { appendEntry } from './requests';

/** An entry that was typed and is not known to be kept yet, with why. */
export interface Waiting {
  entry: NewEntry;
  failure?: Failure;
}

const keyOf = (ds: string, id: string) => `faultline.outbox.${ds}.${id}`;

/** What waits to be kept in a case's log: it is in this browser, and survives a reload. */
export function waitingFor(ds: string, id: string): Waiting[] {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(ds, id)) ?? '[]') as unknown;
    return Array.isArray(kept) ? (kept as Waiting[]) : [];
  } catch {
    return [];
  }
}

function keep(ds: string, id: string, waiting: Waiting[]) {
  if (waiting.length > 0) {
    localStorage.setItem(keyOf(ds, id), JSON.stringify(waiting));
  } else {
    localStorage.removeItem(keyOf(ds, id));
  }
}

/** Puts an entry into the outbox before anything is sent, so that nothing typed can be lost. */
export function put(ds: string, id: string, entry: NewEntry) {
  keep(ds, id, [...waitingFor(ds, id), { entry }]);
}

/** Takes an entry out without sending it. */
export function discard(ds: string, id: string, entryId: string) {
  keep(
    ds,
    id,
    waitingFor(ds, id).filter(({ entry }) => entry.id !== entryId)
  );
}

/**
 * Sends what waits, in order; it stops at a failure that may pass, and leaves what was refused for the person to decide.
 * An entry leaves the outbox only once the backend has said that it is kept.
 */
export async function flush(ds: string, id: string): Promise<void> {
  for (const { entry } of waitingFor(ds, id)) {
    try {
      await appendEntry(ds, id, entry);
      discard(ds, id, entry.id);
    } catch (error) {
      const failure = failureOf(error);
      keep(
        ds,
        id,
        waitingFor(ds, id).map((other) => (other.entry.id === entry.id ? { entry, failure } : other))
      );
      if (!(error instanceof Refusal) || error.retryable) {
        return;
      }
    }
  }
}

/** A new id for an entry: letters, digits and hyphens. It works on pages without TLS too. */
export function newEntryId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
