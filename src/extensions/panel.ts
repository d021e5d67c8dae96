import type { DataFrame, DateTime, RawTimeRange } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import type { QueriesContext, Target } from './context';
import { hasEnvironment } from './environment';

const service = /\b(service|app|application|job|destination_service_name|app_kubernetes_io_name)\b/;

/**
 * Whether it is worth offering: some query may name a service, or the data does. Grafana asks this whenever it draws a
 * menu, so that nothing is parsed here.
 */
export function mayNameService({ targets = [], data }: QueriesContext): boolean {
  return hasEnvironment() && (targets.some(mayName) || (data?.series ?? []).slice(0, 20).some(isLabelled));
}

function mayName(target: Target): boolean {
  const filtered = target.filters?.some(({ tag, value }) => tag === 'service.name' && value?.length);
  return Boolean(target.service) || Boolean(filtered) || service.test(namesIn(target.expr ?? target.query ?? ''));
}

// Underscores count as parts of words, and "service_name" has one.
const namesIn = (text: string) => text.replaceAll('service_name', 'service').replaceAll('service.name', 'service');

function isLabelled({ fields }: DataFrame): boolean {
  return fields.some(({ labels }) => labels && Object.keys(labels).some((name) => service.test(namesIn(name))));
}

/** Reads the service out of the queries, or else out of the data, and goes to its investigation. */
export function investigateQueries(context: QueriesContext): void {
  // The grammars of three query languages are loaded when they are needed, and not with every page of Grafana.
  void import(/* webpackChunkName: "queries" */ './queries').then(({ urlOfQueries }) =>
    locationService.push(urlOfQueries(context, windowOf(context.timeRange)))
  );
}

function windowOf(range: RawTimeRange | undefined) {
  return range && { from: end(range.from), to: end(range.to) };
}

const end = (moment: DateTime | string) => (typeof moment === 'string' ? moment : String(moment.valueOf()));
