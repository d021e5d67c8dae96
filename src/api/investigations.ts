import { t } from '@grafana/i18n';
import type { Phase, Subject, Window } from './case.gen';
import { parseEvent, type InvestigationEvent } from './events';
import { FailureError } from './failure';
import { streamedLines } from './leaving';
import { answerOf } from './resource';

/** What to investigate, and with which instance of the data source. Without a window it is the last hour up to now. */
export interface InvestigationRequest {
  dataSourceUid: string;
  subject: Subject;
  window?: Window;
  /** fingerprint of an alert, whose investigation may be ready already; what is ready is not looked up again */
  alert?: string;
  /** somebody practises on it: nothing of what is found is told, and the last event has no case */
  practice?: boolean;
  /** the phases to walk; without them all. Only a whole investigation is kept as a case. */
  phases?: Phase[];
}

/**
 * Runs an investigation and yields its events as they arrive; the last one is "done" or "failed". Throws a FailureError
 * when it cannot be started or its answer breaks off. Aborting the signal ends it on the server too.
 */
export async function* investigate(
  { dataSourceUid, subject, window, alert, practice, phases }: InvestigationRequest,
  signal: AbortSignal
): AsyncGenerator<InvestigationEvent> {
  const init = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/x-ndjson' },
    body: JSON.stringify({ subject, window, alert, phases }),
  };
  const streamed = { dataSourceUid, resource: resourceOf(phases, practice), init, accept: answerOf };
  for await (const event of events(streamedLines(streamed, signal))) {
    yield event;
    if (event.type === 'done' || event.type === 'failed') {
      return;
    }
  }
  throw brokenOff();
}

function resourceOf(phases: Phase[] | undefined, practice: boolean | undefined): string {
  if (phases) {
    return 'investigations';
  }
  return practice ? 'investigations?save=true&practice=true' : 'investigations?save=true';
}

async function* events(lines: AsyncGenerator<string>): AsyncGenerator<InvestigationEvent> {
  try {
    for await (const line of lines) {
      const event = parseEvent(line);
      if (event) {
        yield event;
      }
    }
  } catch (error) {
    // A connection that drops while the answer is read arrives here as a TypeError.
    throw error instanceof TypeError ? brokenOff() : error;
  }
}

function brokenOff(): FailureError {
  return new FailureError(
    t('api.broken-off', 'The response ended before the investigation was complete.'),
    t('api.broken-off-advice', "Run it again. If it fails again, look for the data source's errors in Grafana's log.")
  );
}
