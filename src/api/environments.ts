import type { DataSourceInstanceSettings } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { dataSourceType } from './pluginIds';

/**
 * What Grafana's lists and pickers of data sources have to be asked for to hold one type alone: asked for a type without a
 * filter, they add Grafana's own data source at the end.
 */
export function onlyOf(type: string) {
  return { type, filter: (settings: DataSourceInstanceSettings) => settings.type === type };
}

/** The environments that can be investigated: this org's instances of our data source. */
export function listEnvironments(): DataSourceInstanceSettings[] {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is missing from hosts before 13.1
  return getDataSourceSrv().getList(onlyOf(dataSourceType));
}
