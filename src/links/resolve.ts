import { dateTime } from '@grafana/data';
import type { Alert, Window } from '../api/case.gen';
import { listEnvironments } from '../api/environments';
import type { InvestigationRequest } from '../api/investigations';
import { parseWindow } from '../format/parseWindow';
import type { InvestigationLink } from './link';
import { scopeIn, scopeOf } from './scope';
import { subjectOf } from './subject';

const hour = 3_600_000;
// The clock that dated the alert may be ahead of this one.
const endOfTime = '9999-12-31T00:00:00Z';

/**
 * What a link asks for, as far as it says: the only environment where it names none, the service of its labels, the time
 * around its alert, and what is known of that alert. Throws a FailureError for a time that cannot be read.
 */
export function resolveLink(link: InvestigationLink, now = Date.now()): Partial<InvestigationRequest> {
  const guessed = link.labels && subjectOf(link.labels);
  const service = link.service ?? guessed?.service;
  const operation = link.operation ?? (service === guessed?.service ? guessed?.operation : undefined);
  return {
    dataSourceUid: link.ds ?? onlyEnvironment(),
    subject: service
      ? { service, operation, ...scopeIn(link.labels ?? {}), ...scopeOf(link), ...alertOf(link) }
      : undefined,
    window: windowOf(link, now),
    alert: link.alert,
  };
}

/** Whether nothing more has to be asked. */
export function isComplete(request: Partial<InvestigationRequest>): request is InvestigationRequest {
  return Boolean(request.dataSourceUid && request.subject);
}

function onlyEnvironment(): string | undefined {
  const [first, second] = listEnvironments();
  return second ? undefined : first?.uid;
}

/** The link's window; else from an hour before its alert to an hour after it, or to now; else undefined. */
function windowOf({ window, at }: InvestigationLink, now: number): Window | undefined {
  if (window || !at) {
    return window && parseWindow(window);
  }
  const began = momentOf(at);
  const iso = (ms: number) => dateTime(ms).toISOString();
  return { from: iso(began - hour), to: iso(Math.min(now, began + hour)) };
}

function momentOf(at: string): number {
  return dateTime(parseWindow({ from: at, to: endOfTime }).from).valueOf();
}

/** The alert that a link is about, where it names one or says when it began. */
function alertOf({ at, labels }: InvestigationLink): { alert?: Alert } {
  const name = labels?.alertname;
  if (!name && !at) {
    return {};
  }
  return {
    alert: { name: name ?? '', labels: labels && { ...labels }, began: at && dateTime(momentOf(at)).toISOString() },
  };
}
