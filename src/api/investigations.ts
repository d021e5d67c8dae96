import { t } from '@grafana/i18n';
import { config } from '@grafana/runtime';
import type { Subject, Window } from './case.gen';
import { parseEvent, type InvestigationEvent } from './events';
import { FailureError, type Failure } from './failure';
import { readLines } from './ndjson';

/** What to investigate, and with which instance of the data source. Without a window it is the last hour up to now. */
export interface InvestigationRequest {
  dataSourceUid: string;
  subject: Subject;
  window?: Window;
  /** fingerprint of an alert, whose investigation may be ready already; what is ready is not looked up again */
  alert?: string;
}

/**
 * Runs an investigation and yields its events as they arrive; the last one is "done" or "failed". Throws a FailureError
 * when it cannot be started or its answer breaks off. Aborting the signal ends it on the server too.
 */
export async function* investigate(
  { dataSourceUid, subject, window, alert }: InvestigationRequest,
  signal: AbortSignal
): AsyncGenerator<InvestigationEvent> {
  const path = `/api/datasources/uid/${encodeURIComponent(dataSourceUid)}/resources/investigations?save=true`;
  const response = await post(config.appSubUrl + path, { subject, window, alert }, signal);
  if (!response.ok || !response.body) {
    throw await refusal(response);
  }
  for await (const event of events(response.body)) {
    yield event;
    if (event.type === 'done' || event.type === 'failed') {
      return;
    }
  }
  throw brokenOff();
}

async function* events(body: ReadableStream<Uint8Array>): AsyncGenerator<InvestigationEvent> {
  try {
    for await (const line of readLines(body)) {
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

async function post(url: string, body: unknown, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: 'application/x-ndjson' },
      body: JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
    throw new FailureError(
      t('api.unreachable', 'Grafana did not answer.'),
      t('api.unreachable-advice', 'Check your network connection and that Grafana is running, then run it again.')
    );
  }
}

async function refusal(response: Response): Promise<FailureError> {
  const answer = (await response.json().catch(() => ({}))) as Partial<Failure & { message: string }>;
  if (answer.sentence) {
    return new FailureError(answer.sentence, answer.advice);
  }
  const { status } = response;
  const sentence = t('api.refused', 'Grafana refused the investigation with status {{status}}: {{reason}}', {
    status,
    reason: answer.message ?? (response.statusText || t('api.no-reason', 'no reason given')),
    interpolation: { escapeValue: false },
  });
  return new FailureError(sentence, adviceFor(status));
}

function adviceFor(status: number): string {
  switch (status) {
    case 401:
      return t('api.advice-401', 'Sign in to Grafana again.');
    case 403:
      return t('api.advice-403', 'Ask an administrator for permission to query this Faultline data source.');
    case 404:
      return t('api.advice-404', 'Choose another environment: this Faultline data source does not exist any more.');
    default:
      return t('api.advice-other', 'Open the Faultline data source and use "Save & test": it says what is wrong.');
  }
}

function brokenOff(): FailureError {
  return new FailureError(
    t('api.broken-off', 'The answer broke off before the investigation was done.'),
    t(
      'api.broken-off-advice',
      "Run it again; if it breaks off again, look for the data source's errors in Grafana's log."
    )
  );
}
