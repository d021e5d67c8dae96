import { t } from '@grafana/i18n';
import type {
  CaseEvent,
  CaseList,
  CasesBefore,
  PracticeAnswer,
  PracticeCase,
  ScoreSheet,
  StepResult,
  NewEntry,
  TakenEntry,
} from '../api/case.gen';
import { withLists, withStepLists } from '../api/events';
import { streamedLines, whileWanted } from '../api/leaving';
import { answerOf, Refusal, resourceUrl } from '../api/resource';

/** What the list of cases can be narrowed by. */
export interface CaseFilter {
  service: string;
  state: string;
  verdict: string;
  text: string;
}

export async function listCases(ds: string, filter: CaseFilter, signal: AbortSignal): Promise<CaseList> {
  const response = await send(
    resourceUrl(
      ds,
      `cases?${new URLSearchParams({ ...filter, service: filter.service.trim(), text: filter.text.trim() }).toString()}`
    ),
    { signal }
  );
  return (await response.json()) as CaseList;
}

/** Writes an entry. The same id again is kept once, so that sending again is always safe. Throws a Refusal. */
export async function appendEntry(ds: string, id: string, entry: NewEntry): Promise<TakenEntry> {
  const response = await post(resourceUrl(ds, `cases/${encodeURIComponent(id)}/entries`), entry);
  return (await response.json()) as TakenEntry;
}

/** The earlier cases that a case is like. Throws a Refusal. */
export async function readCasesBefore(ds: string, id: string, signal: AbortSignal): Promise<CasesBefore> {
  const response = await send(resourceUrl(ds, `cases/${encodeURIComponent(id)}/before`), { signal });
  return (await response.json()) as CasesBefore;
}

/**
 * A case to practise on, without anything that was found. The backend waits some seconds for the end of an investigation to be
 * kept. Throws a Refusal.
 */
export async function readPractice(ds: string, id: string, signal: AbortSignal): Promise<PracticeCase> {
  const response = await send(resourceUrl(ds, `cases/${encodeURIComponent(id)}/practice?wait=true`), { signal });
  return (await response.json()) as PracticeCase;
}

/** What one step of a practice found; key is for example "impact/latency". Throws a Refusal. */
export async function revealStep(ds: string, id: string, key: string): Promise<StepResult> {
  const response = await send(resourceUrl(ds, `cases/${encodeURIComponent(id)}/practice/${key}`), {});
  return withStepLists((await response.json()) as StepResult);
}

/** Compares an answer. The same id again is kept once. Throws a Refusal. */
export async function sendAnswer(ds: string, id: string, answer: PracticeAnswer): Promise<ScoreSheet> {
  const response = await post(resourceUrl(ds, `cases/${encodeURIComponent(id)}/practice`), answer);
  return (await response.json()) as ScoreSheet;
}

/** A case's post-mortem as Markdown, or as a message for a chat, with times in the reader's zone. */
export async function readReport(
  ds: string,
  id: string,
  format: 'markdown' | 'chat',
  signal: AbortSignal
): Promise<string> {
  return (await send(reportUrl(ds, id, format), { signal })).text();
}

export function reportUrl(ds: string, id: string, format: 'markdown' | 'chat' | 'html' | 'json'): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return resourceUrl(ds, `cases/${encodeURIComponent(id)}/report?${new URLSearchParams({ format, zone }).toString()}`);
}

/**
 * Yields what happens to a case until the connection ends or the signal is aborted. Throws a Refusal when it is refused or
 * breaks off.
 */
export async function* followCase(ds: string, id: string, signal: AbortSignal): AsyncGenerator<CaseEvent> {
  const streamed = { dataSourceUid: ds, resource: `cases/${encodeURIComponent(id)}/events`, accept: answerOf };
  try {
    for await (const line of streamedLines({ ...streamed, endsBeforeUnload: true }, signal)) {
      const event = JSON.parse(line) as CaseEvent;
      yield event.saved ? { ...event, saved: { ...event.saved, case: withLists(event.saved.case) } } : event;
    }
  } catch (error) {
    // What breaks off arrives as a TypeError while it is read, and as half a line where a server in between ended it.
    throw error instanceof TypeError || error instanceof SyntaxError ? brokenOff() : error;
  }
}

function brokenOff(): Refusal {
  const sentence = t('cases.broken-off', 'The connection to this case was lost.');
  const advice = t(
    'cases.broken-off-advice',
    'It reconnects automatically. Until then, entries by others may be missing here.'
  );
  return new Refusal({ sentence, advice }, 0);
}

function post(url: string, body: object): Promise<Response> {
  return send(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

function send(url: string, { signal, ...init }: RequestInit): Promise<Response> {
  return answerOf(whileWanted(fetch(url, init), signal));
}
