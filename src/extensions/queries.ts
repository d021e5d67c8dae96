import { getTemplateSrv } from '@grafana/runtime';
import type { Subject } from '../api/case.gen';
import { dataSourceType } from '../api/pluginIds';
import { investigationUrl, type InvestigationLink } from '../links/link';
import { scopeIn, scopeOf } from '../links/scope';
import { subjectOf } from '../links/subject';
import type { QueriesContext, Target } from './context';
import { environmentOf } from './environment';
import { wantedBy, type Language, type Wanted } from './matchers';

/** The address of the investigation that queries and their data suggest; without a service a person is asked there. */
export function urlOfQueries(context: QueriesContext, window: InvestigationLink['window']): string {
  const fill = (text = '') => getTemplateSrv().replace(text, context.scopedVars);
  const targets = context.targets ?? [];
  const ds = environmentOf(...targets.map(({ datasource }) => fill(datasource?.uid)));
  const subject = firstOf(targets, (target) => subjectOfTarget(target, fill)) ?? subjectOfData(context);
  return investigationUrl({
    ds,
    service: subject?.service,
    operation: subject?.operation,
    ...scopeOf(subject ?? {}),
    window,
  });
}

function subjectOfTarget(target: Target, fill: (text?: string) => string): Subject | undefined {
  if (target.datasource?.type === dataSourceType) {
    const subject = subjectOf({ service: fill(target.service), operation: fill(target.operation) });
    const { namespace, environment, cluster } = target;
    return (
      subject && {
        ...subject,
        ...scopeOf({ namespace: fill(namespace), environment: fill(environment), cluster: fill(cluster) }),
      }
    );
  }
  return firstOf([filtered(target, fill), ...wantedBy(languageOf(target), fill(target.expr ?? target.query))], named);
}

// TraceQL's name of a span is what elsewhere is the label span_name.
function named({ name, ...wanted }: Wanted): Subject | undefined {
  const subject = subjectOf({ ...wanted, ...(name && { 'span.name': name }) });
  return subject && { ...subject, ...scopeIn(wanted) };
}

function languageOf({ datasource, expr }: Target): Language {
  if (expr === undefined) {
    return 'traceql';
  }
  return datasource?.type === 'loki' ? 'logql' : 'promql';
}

/** What Tempo's search form was filled with. */
function filtered({ filters = [] }: Target, fill: (text?: string) => string): Wanted {
  const wanted: Wanted = {};
  for (const { tag, operator, value } of filters) {
    const [only, another] = [value ?? []].flat();
    if (tag && only && !another && operator === '=') {
      wanted[tag] = fill(only);
    }
  }
  return wanted;
}

/** The subject that all of the data is of; undefined when there are several, or none. */
function subjectOfData({ data }: QueriesContext): Subject | undefined {
  const services = new Map<string, Subject>();
  for (const { labels } of (data?.series ?? []).flatMap(({ fields }) => fields)) {
    const subject = labels && subjectOf(labels);
    if (subject) {
      const known = services.get(subject.service);
      const found = { ...subject, ...scopeIn(labels) };
      services.set(subject.service, known ? inCommon(known, found) : found);
    }
  }
  const [only, another] = services.values();
  return another ? undefined : only;
}

/** What two subjects of one service say alike. */
function inCommon(a: Subject, b: Subject): Subject {
  const same = (part: 'operation' | 'namespace' | 'environment' | 'cluster') =>
    a[part] === b[part] ? a[part] : undefined;
  const operation = same('operation');
  const scope = { namespace: same('namespace'), environment: same('environment'), cluster: same('cluster') };
  return { service: a.service, ...(operation && { operation }), ...scopeOf(scope) };
}

function firstOf<T, R>(items: T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = read(item);
    if (found) {
      return found;
    }
  }
  return undefined;
}
