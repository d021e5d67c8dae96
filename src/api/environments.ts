import type { DataSourceInstanceSettings } from '@grafana/data';
import { getDataSourceSrv } from '@grafana/runtime';
import { dataSourceType } from './pluginIds';

/** The environments that can be investigated: this org's instances of our data source. */
export function listEnvironments(): DataSourceInstanceSettings[] {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is missing from hosts before 13.1
  return getDataSourceSrv().getList({ type: dataSourceType });
}
