import type { DataSourceSettings } from '@grafana/data';
import { storeKinds, type StoreKind } from '../api/settings';

/** A data source as Grafana's API lists it. */
export type Listed = Pick<DataSourceSettings, 'uid' | 'name' | 'type' | 'isDefault' | 'readOnly' | 'jsonData'>;

/** What already leads from one data source to another, in Grafana's own words for it. */
export interface Connection {
  from: Listed;
  to: Listed;
  setting: 'tracesToLogsV2' | 'tracesToMetrics' | 'serviceMap' | 'exemplarTraceIdDestinations' | 'derivedFields';
}

/** What an organization has that an environment can consist of. */
export interface Found {
  stores: Record<StoreKind, Listed[]>;
  connections: Connection[];
  /** of each kind the one that fits the others best */
  suggested: Partial<Record<StoreKind, Listed>>;
}

export const storeTypes: Record<StoreKind, string> = { metrics: 'prometheus', traces: 'tempo', logs: 'loki' };

/** Sorts an organization's data sources into what they can be used for, and suggests which belong together. */
export function discover(all: Listed[]): Found {
  const stores = Object.fromEntries(
    storeKinds.map((kind) => [kind, all.filter(({ type }) => type === storeTypes[kind])])
  ) as Found['stores'];
  const connections = all.flatMap((from) => connectionsOf(from, all));
  return { stores, connections, suggested: suggest(stores, connections) };
}

interface Linking {
  tracesToLogsV2?: Target;
  tracesToMetrics?: Target;
  serviceMap?: Target;
  exemplarTraceIdDestinations?: Target[];
  derivedFields?: Target[];
}
interface Target {
  datasourceUid?: string;
}

function connectionsOf(from: Listed, all: Listed[]): Connection[] {
  const settings = from.jsonData as Linking;
  const targets: Array<[Connection['setting'], Target | undefined]> = [
    ['tracesToLogsV2', settings.tracesToLogsV2],
    ['tracesToMetrics', settings.tracesToMetrics],
    ['serviceMap', settings.serviceMap],
    ...(settings.exemplarTraceIdDestinations ?? []).map((t): [Connection['setting'], Target] => [
      'exemplarTraceIdDestinations',
      t,
    ]),
    ...(settings.derivedFields ?? []).map((t): [Connection['setting'], Target] => ['derivedFields', t]),
  ];
  // Several settings of one kind may lead to the same data source, which is one way there.
  const ways = new Map(
    targets.map(([setting, target]) => [`${setting} ${target?.datasourceUid}`, { setting, target }])
  );
  return [...ways.values()].flatMap(({ setting, target }) => {
    const to = all.find(({ uid }) => uid === target?.datasourceUid);
    return to ? [{ from, to, setting }] : [];
  });
}

/** The traces with most connections, and the metrics and logs that are connected to them; else the default; else the first. */
function suggest(stores: Found['stores'], connections: Connection[]): Found['suggested'] {
  const count = ({ uid }: Listed) => connections.filter(({ from, to }) => from.uid === uid || to.uid === uid).length;
  const first = (candidates: Listed[]) => candidates.find(({ isDefault }) => isDefault) ?? candidates[0];
  const most = Math.max(0, ...stores.traces.map(count));
  const traces = first(stores.traces.filter((store) => count(store) === most));
  const joined = (store: Listed) =>
    connections.some(
      ({ from, to }) =>
        (from.uid === traces?.uid && to.uid === store.uid) || (to.uid === traces?.uid && from.uid === store.uid)
    );
  const besides = (candidates: Listed[]) => first(candidates.filter(joined)) ?? first(candidates);
  return { metrics: besides(stores.metrics), traces, logs: besides(stores.logs) };
}
