import { t } from '@grafana/i18n';
import { config } from '@grafana/runtime';
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
import { FailureError, type Failure } from '../api/failure';
import { streamedLines, whileWanted } from '../api/leaving';

/** A failure of Grafana's or the backend's; retryable says that the same request may succeed later. */
export class CaseFailure extends FailureError {
  constructor(
    { sentence, advice }: Failure,
    readonly status: number
  ) {
    super(sentence, advice);
  }

  /** Nobody answered, or somebody who could not: nothing is wrong with the request itself. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 409 || this.status === 429 || this.status >= 500;
  }
}

/** The address of a case's resource below the data source. */
function resourceUrl(ds: string, path: string): string {
  return `${config.appSubUrl}/api/datasources/uid/${encodeURIComponent(ds)}/resources/${path}`;
}

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

/** Writes an entry. The same id again is kept once, so that sending again is always safe. Throws a CaseFailure. */
export async function appendEntry(ds: string, id: string, entry: NewEntry): Promise<TakenEntry> {
  const response = await post(resourceUrl(ds, `cases/${encodeURIComponent(id)}/entries`), entry);
  return (await response.json()) as TakenEntry;
}

/** The earlier cases that a case is like. Throws a CaseFailure. */
export async function readCasesBefore(ds: string, id: string, signal: AbortSignal): Promise<CasesBefore> {
  const response = await send(resourceUrl(ds, `cases/${encodeURIComponent(id)}/before`), { signal });
  return (await response.json()) as CasesBefore;
}

/** A case to practise on, without anything that was found. Throws a CaseFailure. */
export async function readPractice(ds: string, id: string, signal: AbortSignal): Promise<PracticeCase> {
  const response = await send(resourceUrl(ds, `cases/${encodeURIComponent(id)}/practice`), { signal });
  return (await response.json()) as PracticeCase;
}

/** What one step of a practice found; key is for example "impact/latency". Throws a CaseFailure. */
export async function revealStep(ds: string, id: string, key: string): Promise<StepResult> {
  const response = await send(resourceUrl(ds, `cases/${encodeURIComponent(id)}/practice/${key}`), {});
  return withStepLists((await response.json()) as StepResult);
}

/** Compares an answer. The same id again is kept once. Throws a CaseFailure. */
export async function sendAnswer(ds: string, id: string, answer: PracticeAnswer): Promise<ScoreSheet> {
  const response = await post(resourceUrl(ds, `cases/${encodeURIComponent(id)}/practice`), answer);
  return (await response.json()) as ScoreSheet;
}

/** A case's post-mortem as Markdown, with times in the reader's zone. */
export async function readReport(ds: string, id: string, signal: AbortSignal): Promise<string> {
  return (await send(reportUrl(ds, id, 'markdown'), { signal })).text();
}

export function reportUrl(ds: string, id: string, format: 'markdown' | 'html' | 'json'): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return resourceUrl(ds, `cases/${encodeURIComponent(id)}/report?${new URLSearchParams({ format, zone }).toString()}`);
}

/** Yields what happens to a case until the connection ends or the signal is aborted. */
export async function* followCase(ds: string, id: string, signal: AbortSignal): AsyncGenerator<CaseEvent> {
  const resource = `cases/${encodeURIComponent(id)}/events`;
  const accept = (asked: Promise<Response>) => accepted(asked, signal);
  for await (const line of streamedLines({ dataSourceUid: ds, resource, accept, endsBeforeUnload: true }, signal)) {
    const event = JSON.parse(line) as CaseEvent;
    yield event.saved ? { ...event, saved: { ...event.saved, case: withLists(event.saved.case) } } : event;
  }
}

function post(url: string, body: object): Promise<Response> {
  return send(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

function send(url: string, { signal, ...init }: RequestInit): Promise<Response> {
  return accepted(whileWanted(fetch(url, init), signal), signal);
}

async function accepted(asked: Promise<Response>, signal?: AbortSignal | null): Promise<Response> {
  const response = await asked.catch((error: unknown) => {
    if (signal?.aborted) {
      throw error;
    }
    throw new CaseFailure({ sentence: t('cases.unreachable', 'Grafana did not answer.') }, 0);
  });
  if (response.ok) {
    return response;
  }
  const said = (await response.json().catch(() => ({}))) as Partial<Failure & { message: string }>;
  const sentence =
    said.sentence ??
    said.message ??
    t('cases.refused', 'Grafana refused with status {{status}}.', { status: response.status });
  throw new CaseFailure({ sentence, advice: said.advice }, response.status);
}
