import { useEffect, useState } from 'react';
import { t } from '@grafana/i18n';
import type { Level, Link, Moment, Query, Subject, Window } from './case.gen';
import { FailureError, failureOf, type Failure } from './failure';
import { readFiringAlerts, type FiringAlert } from './firingAlerts';
import { streamedLines } from './leaving';
import { answerOf, resourceUrl } from './resource';

/** An alert that fires. */
export interface StormAlert {
  id: string;
  name: string;
  labels: Record<string, string>;
  subject: Subject;
  /** within which time it became active; "from" is the year 1 where it was active before anybody looked, and so is "to" where nobody knows */
  began: Window;
  /** who knows of it: ALERTS, GRAFANA_ALERTS, Alertmanager, Grafana or webhook */
  sources: string[];
}

export type CallState = 'worse' | 'unchanged' | 'unmeasured';

export interface StormCall {
  caller: string;
  callee: string;
  state: CallState;
}

export interface Investigated {
  subject: Subject;
  window: Window;
  state: 'running' | 'done' | 'failed';
  level?: Level;
  sentence?: string;
}

export interface StormCause {
  id: string;
  level: Level;
  sentence: string;
  moments?: Moment[];
  /** the culprit */
  service: string;
  owner?: string;
  /** at which it shows on the call graph */
  services: string[];
  began: Window;
  chain: Link[];
  from: Investigated;
}

export interface Explained {
  alert: string;
  cause: string;
  /** services from the alert's own to one of the cause's */
  path: string[];
  /** every call of the path is known to be worse than before */
  measured: boolean;
}

export interface Unexplained {
  alert: string;
  sentence: string;
}

/** What is known of the alerts of one moment. */
export interface Storm {
  at: string;
  sentence: string;
  alerts: StormAlert[];
  leftOut: number;
  causes: StormCause[];
  explained: Explained[];
  unexplained: Unexplained[];
  unplaced: Unexplained[];
  calls: StormCall[];
  investigated: Investigated[];
  problems: string[];
  queries: Query[];
  done: boolean;
  milliseconds: number;
}

interface StormEvent {
  type: string;
  storm?: Storm;
  sentence?: string;
  advice?: string;
}

/** What is known of a storm so far, why no more will be, and why Grafana's own alerts are missing from it. */
interface StormReading {
  storm?: Storm;
  failure?: Failure;
  withoutGrafana?: Failure;
}

/** Looks for the causes of what fires at a moment, now without one; anew for every attempt. */
export function useStorm(dataSourceUid: string, at: string | undefined, attempt: number): StormReading {
  const key = JSON.stringify([dataSourceUid, at, attempt]);
  const [reading, setReading] = useState<StormReading & { key?: string }>({});
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    const add = (more: StormReading) =>
      signal.aborted || setReading((before) => ({ ...(before.key === key ? before : {}), ...more, key }));
    follow(dataSourceUid, at, signal, add).catch((error: unknown) => add({ failure: failureOf(error) }));
    return () => controller.abort();
  }, [dataSourceUid, at, key]);
  return reading.key === key ? reading : {};
}

async function follow(
  dataSourceUid: string,
  at: string | undefined,
  signal: AbortSignal,
  add: (r: StormReading) => void
) {
  let alerts: FiringAlert[] = [];
  if (!at) {
    // With the permissions of whoever looks: the backend's token may see more.
    alerts = await readFiringAlerts().catch((error: unknown) => {
      add({ withoutGrafana: failureOf(error) });
      return [];
    });
  }
  const body = {
    at,
    alerts: alerts.map(({ labels, annotations, activeAt: since }) => ({ labels, annotations, since })),
  };
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  for await (const line of streamedLines({ dataSourceUid, resource: 'storms', init, accept: answerOf }, signal)) {
    const event = JSON.parse(line) as StormEvent;
    if (event.type === 'failed') {
      throw new FailureError(event.sentence ?? '', event.advice ?? '');
    }
    if (event.storm) {
      add({ storm: event.storm });
    }
    if (event.type === 'done') {
      return;
    }
  }
  throw new FailureError(
    t('api.storm.broken-off', 'The answer broke off before all was looked at.'),
    t(
      'api.storm.broken-off-advice',
      "Look again; if it breaks off again, look for the data source's errors in Grafana's log."
    )
  );
}

/** The rule by which Alertmanager would keep alerts quiet while others fire, and what it would have done in the last 30 days. */
export interface Inhibition {
  yaml: string;
  /** alerts that no rule can pick */
  leftOut: number;
  trial: { sentence: string; queries: Query[]; window: Window };
}

export async function readInhibition(
  dataSourceUid: string,
  sources: StormAlert[],
  targets: StormAlert[]
): Promise<Inhibition> {
  const labelsOf = (alerts: StormAlert[]) => alerts.map(({ labels }) => ({ labels }));
  const answer = await answerOf(
    fetch(resourceUrl(dataSourceUid, 'inhibition'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ sources: labelsOf(sources), targets: labelsOf(targets) }),
    })
  );
  return (await answer.json()) as Inhibition;
}
