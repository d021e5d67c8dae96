import type { DataSourceApi, DataSourceInstanceSettings, DataSourcePlugin } from '@grafana/data';
import {
  config,
  setBackendSrv,
  setDataSourceSrv,
  setTemplateSrv,
  type DataSourceSrv,
  type GetDataSourceListFilters,
  type TemplateSrv,
} from '@grafana/runtime';
import { HttpBackend } from './HttpBackend';

/** Gives Grafana's runtime package the services that it expects of its host. */
export function installServices(): void {
  setBackendSrv(new HttpBackend());
  setDataSourceSrv(dataSources);
  setTemplateSrv(noVariables);
}

const dataSources: DataSourceSrv = {
  getList: ({ type, filter }: GetDataSourceListFilters = {}) =>
    Object.values(config.datasources).filter(
      (settings) => (!type || [type].flat().includes(settings.type)) && (!filter || filter(settings))
    ),
  getInstanceSettings: (ref) => {
    const wanted = typeof ref === 'object' ? ref?.uid : ref;
    return Object.values(config.datasources).find(({ uid, name }) => uid === wanted || name === wanted);
  },
  get: async (ref) => {
    const settings = dataSources.getInstanceSettings(ref);
    if (!settings) {
      throw new Error(`There is no data source ${JSON.stringify(ref)}.`);
    }
    return loadDataSource(settings);
  },
  reload: () => Promise.resolve(),
  registerRuntimeDataSource: ({ dataSource }) => {
    throw new Error(`${dataSource.type}: this host has only the data sources it was started with.`);
  },
};

async function loadDataSource(settings: DataSourceInstanceSettings): Promise<DataSourceApi> {
  const { plugin } = await System.import<{ plugin: DataSourcePlugin<DataSourceApi> }>(`/${settings.meta.module}`);
  return new plugin.DataSourceClass(settings);
}

// Variables belong to dashboards, and the host has none.
const noVariables: TemplateSrv = {
  getVariables: () => [],
  replace: (text = '') => text,
  containsTemplate: () => false,
  updateTimeRange: () => undefined,
};
