import type { Subject, Window } from './case.gen';
import { answerOf, Refusal, resourceUrl } from './resource';

/** What the backend knows of an alert that its webhook was told of. */
interface KnownAlert {
  subject: Subject;
  window: Window;
}

/**
 * Asks about an alert by its fingerprint; undefined when the backend has not heard of it or does not remember it. Throws a
 * Refusal when it could not be asked.
 */
export async function readAlert(dataSourceUid: string, fingerprint: string): Promise<KnownAlert | undefined> {
  try {
    const answer = await answerOf(fetch(resourceUrl(dataSourceUid, `alerts/${encodeURIComponent(fingerprint)}`)));
    return (await answer.json()) as KnownAlert;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) {
      return undefined;
    }
    throw error;
  }
}
