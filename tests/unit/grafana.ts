import type { DataSourceInstanceSettings } from '@grafana/data';
import { setDataSourceSrv, type DataSourceSrv } from '@grafana/runtime';

/** Settings of a data source with the given type and name; the name is its uid too. */
export function aDataSource(type: string, name: string): DataSourceInstanceSettings {
  return {
    id: 1,
    uid: name,
    name,
    type,
    access: 'proxy',
    readOnly: false,
    jsonData: {},
    meta: { id: type, name: type, info: { logos: { small: '', large: '' } } },
  } as DataSourceInstanceSettings;
}

/** Lets Grafana have these data sources and no others. */
export function installDataSources(...installed: DataSourceInstanceSettings[]): void {
  const find = (ref: unknown) => installed.find(({ uid, name }) => uid === ref || name === ref);
  setDataSourceSrv({
    getList: ({ type, filter = () => true } = {}) =>
      // Grafana adds its own data source to whatever type is asked for, unless a filter is against it.
      [...installed.filter((settings) => settings.type === type), aDataSource('grafana', '-- Grafana --')].filter(
        filter
      ),
    getInstanceSettings: find,
  } as DataSourceSrv);
}
