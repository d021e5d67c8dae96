import { AppPlugin, type DataSourceInstanceSettings } from '@grafana/data';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import { dataSourceType } from '../api/pluginIds';
import { addLinks } from './addLinks';

const plugin = new AppPlugin();
addLinks(plugin);

const jsonData = { traces: { uid: 'tempo' }, logs: { uid: 'loki' } };
const production = { ...aDataSource(dataSourceType, 'prod'), jsonData } as DataSourceInstanceSettings;

beforeEach(() => installDataSources(production));

describe("an attribute's value", () => {
  /** The attributes that have a link, with where it leads to. */
  function linksOn(extensionPoint: string, context: object) {
    const links = plugin.addedLinkConfigs.filter(({ targets }) => [targets].flat().includes(extensionPoint));
    return Object.fromEntries(
      links.flatMap(({ category = '', group, configure }) => {
        expect(group?.name).toBe(category);
        const path = (configure?.(context) as { path: string } | undefined)?.path;
        return path ? [[category, Object.fromEntries(new URLSearchParams(path.slice(path.indexOf('?'))))]] : [];
      })
    );
  }
  const onSpans = (context: object) => linksOn('grafana/traceview/resource-attributes', context);
  const onLines = (context: object) => linksOn('grafana/logsview/resource-attributes', context);
  const hour = { from: 1773136800000, to: 1773140400000 };

  it("leads from a span to its resource's service, at its time", () => {
    const attributes = { 'service.name': ['order-service'], 'k8s.namespace.name': ['shop'], 'host.name': ['a'] };
    const context = { attributes, datasource: { uid: 'tempo' }, timeRange: hour, spanStartTime: 1773139620000123 };
    expect(onSpans(context)).toEqual({
      'service.name': { ds: 'prod', service: 'order-service', namespace: 'shop', at: '1773139620000' },
    });
  });

  it('leads from a line to its service, in the time that is shown', () => {
    const attributes = {
      service_name: ['order-service'],
      app: ['order-service'],
      pod: ['order-service-5f9b9c7b8-abcd1'],
    };
    const window = { from: '1773136800000', to: '1773140400000' };
    const link = { ds: 'prod', service: 'order-service', ...window };
    expect(onLines({ attributes, datasource: { uid: 'loki' }, timeRange: hour })).toEqual({
      service_name: link,
      app: link,
    });
  });

  it.each<[string, object, object]>([
    ['what is shown is too short', { timeRange: { from: hour.to - 60_000, to: hour.to } }, { at: '1773140400000' }],
    ['what is shown is too long', { timeRange: { from: 0, to: hour.to } }, { at: '1773140400000' }],
    ['Grafana tells no time', {}, {}],
  ])('leads to a time that can be investigated where %s', (_, known, time) => {
    expect(onLines({ attributes: { app: ['shop'] }, ...known })).toEqual({ app: { service: 'shop', ...time } });
  });

  it('has no link where another label names the service, or none does', () => {
    expect(onLines({ attributes: { service_name: ['shop'], app: ['frontend'] } })).toEqual({
      service_name: { service: 'shop' },
    });
    expect(onLines({ attributes: { app: ['prometheus'] } })).toEqual({});
    expect(onLines({ attributes: { app: ['a', 'b'] } })).toEqual({});
    expect(onLines({ attributes: { level: ['error'] } })).toEqual({});
    expect(onSpans({})).toEqual({});
  });
});
