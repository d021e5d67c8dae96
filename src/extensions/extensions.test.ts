import { readFileSync } from 'node:fs';
import { waitFor } from '@testing-library/react';
import {
  AppPlugin,
  dateTime,
  PluginExtensionPoints,
  toDataFrame,
  type DataSourceInstanceSettings,
} from '@grafana/data';
import { locationService, setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import { dataSourceType } from '../api/pluginIds';
import { addLinks } from './addLinks';
import type { QueriesContext, Target } from './context';

interface Manifest {
  extensions: { addedLinks: Array<{ targets: string[]; title: string; description: string }> };
}
const manifest = JSON.parse(readFileSync('src/plugin.json', 'utf8')) as Manifest;
const plugin = new AppPlugin();
addLinks(plugin);

const environment = (uid: string, jsonData: object) =>
  ({ ...aDataSource(dataSourceType, uid), jsonData }) as DataSourceInstanceSettings;
const production = environment('prod', { metrics: { uid: 'prom' }, traces: { uid: 'tempo' }, logs: { uid: 'loki' } });
const staging = environment('staging', { metrics: { uid: 'prom-staging' } });

beforeEach(() => {
  installDataSources(staging, production);
  setTemplateSrv({
    replace: (text = '') => text.replace(/\$\{?service\}?/, 'order-service').replace('${metrics}', 'prom'),
  } as TemplateSrv);
});

function linkTo(extensionPoint: string) {
  const link = plugin.addedLinkConfigs.find(({ targets }) => [targets].flat().includes(extensionPoint));
  if (!link) {
    throw new Error(`nothing leads there from ${extensionPoint}`);
  }
  return link;
}
const panel = linkTo('grafana/dashboard/panel/menu');
const trace = linkTo('grafana/traceview/header/actions');
const alert = linkTo('grafana/alerting/instance/action');

const prom = (expr: string, uid = 'prom') => ({ refId: 'A', datasource: { type: 'prometheus', uid }, expr });
const loki = (expr: string) => ({ refId: 'A', datasource: { type: 'loki', uid: 'loki' }, expr });
const tempo = (query: string) => ({ refId: 'A', datasource: { type: 'tempo', uid: 'tempo' }, query });

/** Where a click leads to from a panel with these queries. */
async function click(context: QueriesContext) {
  locationService.push('/elsewhere');
  panel.onClick?.(undefined, { context } as never);
  await waitFor(() => expect(locationService.getLocation().pathname).not.toBe('/elsewhere'));
  const { pathname, search } = locationService.getLocation();
  expect(pathname).toBe('/a/faultline-investigation-app/investigate');
  return Object.fromEntries(new URLSearchParams(search));
}

it('the manifest says the same of every link', () => {
  const said = plugin.addedLinkConfigs.map(({ targets, title, description }) => ({
    targets: [targets].flat(),
    title,
    description,
  }));
  // Links on several labels are one to the manifest, which knows nothing of labels.
  const each = said.filter(
    (link, i) =>
      said.findIndex(({ title, targets }) => title === link.title && String(targets) === String(link.targets)) === i
  );
  expect(manifest.extensions.addedLinks).toEqual(each);
});

it('the documentation lists every way in, and the Grafana that draws it', () => {
  const rows = [
    ...readFileSync('docs/links.md', 'utf8').matchAll(/^\| `(grafana\/[^`]+)` \| ([^|]+) \| [^|]*\d+\.\d+[^|]* \|$/gm),
  ];
  const documented = rows.map(([, point, title]) => ({ targets: [point], title }));
  expect(documented).toEqual(manifest.extensions.addedLinks.map(({ targets, title }) => ({ targets, title })));
  const known = Object.values<string>(PluginExtensionPoints);
  for (const { targets } of documented) {
    expect(known).toContain(targets[0]);
  }
});

it('nothing is offered where no environment is set up', () => {
  installDataSources(aDataSource('prometheus', 'prom'));
  const context = {
    targets: [prom('up{service="a"}')],
    spans: [{ spanID: '1', operationName: 'x', startTime: 1, process: { serviceName: 'a' } }],
    instance: { labels: { service: 'a' } },
    attributes: { 'service.name': ['a'], service_name: ['a'], service: ['a'], app: ['a'] },
  };
  for (const { configure } of plugin.addedLinkConfigs) {
    expect(configure?.(context)).toBeUndefined();
  }
});

it('an alert that Grafana has frozen and guards with a proxy is read all the same', () => {
  const guarded = new Proxy(
    Object.freeze({ labels: Object.freeze({ service: 'a' }), activeAt: '2026-03-10T10:30:00Z' }),
    {
      get: (target, name) => ({ ...(Reflect.get(target, name) as object) }),
    }
  );
  expect(alert.configure?.({ instance: guarded })?.path).toContain('label.service=a');
});

it('the command palette runs an action, since it follows no path', () => {
  const { onClick } = linkTo('grafana/commandpalette/action');
  locationService.push('/elsewhere');
  onClick?.(undefined, {} as never);
  expect(locationService.getLocation().pathname).toBe('/a/faultline-investigation-app');
});

it("a title of Explore's menu is shown whole", () => {
  expect(linkTo('grafana/explore/toolbar/action').title.length).toBeLessThanOrEqual(25);
});

describe("a panel's queries", () => {
  it.each<[string, Target, object]>([
    ['PromQL', prom('sum(rate(x_count{service_name="order-service"}[$__rate_interval])) by (le)'), {}],
    ['a variable', prom('sum(rate(x_count{service=~"$service"}[5m]))'), {}],
    ['a quoted label', prom('{"x.count", "service.name"=\'order-service\'}'), {}],
    ['an anchored regular expression', prom('x{service=~"^(?:order-service)$"}'), {}],
    ['an escaped regular expression', prom('x{service=~"order\\\\-service"}'), {}],
    ['a job', prom('x{job="shop/order-service"}'), { namespace: 'shop' }],
    [
      'and its namespace, environment and cluster',
      prom('x{service_name="order-service",k8s_namespace_name="shop",deployment_environment="live",cluster=~"eu-1"}'),
      { namespace: 'shop', environment: 'live', cluster: 'eu-1' },
    ],
    ['a namespace of LogQL', loki('{service_name="order-service", namespace="shop"} |= "x"'), { namespace: 'shop' }],
    [
      'a namespace of TraceQL',
      tempo('{ resource.service.name = "order-service" && resource.k8s.namespace.name = "shop" }'),
      { namespace: 'shop' },
    ],
    ['not of a namespace that is excluded', prom('x{service="order-service",namespace!="shop"}'), {}],
    ['a query that is not whole', prom('sum(rate(x{service="order-service"}['), {}],
    [
      'an operation of two labels',
      prom('x{http_route="/api/checkout",http_request_method="POST",service_name="order-service"}'),
      { operation: 'POST /api/checkout' },
    ],
    ['LogQL', loki('sum(count_over_time({service_name="order-service"} |= "error" | json [$__auto]))'), {}],
    ['LogQL with backticks', loki('{app=`order-service`} |~ `a|b`'), {}],
    [
      'TraceQL',
      tempo('{ resource.service.name = "order-service" && name = "POST /api/checkout" && status = error } | rate()'),
      { operation: 'POST /api/checkout' },
    ],
    [
      "Tempo's search form",
      { ...tempo(''), filters: [{ tag: 'service.name', operator: '=', value: ['order-service'] }] },
      {},
    ],
    [
      'our own',
      {
        refId: 'A',
        datasource: { type: dataSourceType, uid: 'prod' },
        service: '$service',
        operation: 'GET /',
        cluster: 'eu',
      },
      { operation: 'GET /', cluster: 'eu' },
    ],
  ])('say the service: %s', async (_, target, more) => {
    const context = { targets: [target], timeRange: { from: 'now-3h', to: 'now' } };
    expect(panel.configure?.(context)).toEqual({});
    expect(await click(context)).toEqual({ ds: 'prod', service: 'order-service', from: 'now-3h', to: 'now', ...more });
  });

  it.each([
    ['another is excluded', 'x{service!="order-service"}'],
    ['there are several', 'x{service=~"order-service|payment-service"}'],
    ['it is a pattern', 'x{service=~"order-.*"}'],
    ['it is not told', 'sum by (service) (x)'],
  ])('leave the service to a person where %s', async (_, expr) => {
    expect(await click({ targets: [prom(expr)] })).toEqual({ ds: 'prod' });
  });

  it('choose the environment that looks into their data source', async () => {
    expect(await click({ targets: [prom('x{service="a"}', 'prom-staging')] })).toMatchObject({ ds: 'staging' });
    expect(await click({ targets: [prom('x{service="a"}', '${metrics}')] })).toMatchObject({ ds: 'prod' });
    expect(await click({ targets: [prom('x{service="a"}', 'foreign')] })).not.toHaveProperty('ds');
  });

  it('give absolute times as milliseconds', async () => {
    const from = dateTime('2026-03-10T10:00:00Z');
    const range = { from, to: dateTime('2026-03-10T11:00:00Z') };
    const { to, ...rest } = await click({ targets: [prom('x{service="a"}')], timeRange: range });
    expect([rest.from, to]).toEqual([String(Date.UTC(2026, 2, 10, 10)), String(Date.UTC(2026, 2, 10, 11))]);
  });

  it('give way to their data, where that is of one service', async () => {
    const series = (service: string) =>
      toDataFrame({ fields: [{ name: 'value', values: [1], labels: { service_name: service, le: '1' } }] });
    const targets = [prom('sum by (service_name) (x)')];
    const one = { targets: [prom('x')], data: { series: [series('order-service'), series('order-service')] } };
    expect(panel.configure?.(one)).toEqual({});
    expect(await click(one)).toMatchObject({ service: 'order-service' });
    expect(await click({ targets, data: { series: [series('a'), series('b')] } })).not.toHaveProperty('service');
  });

  it('say of their data which of several services it is, as far as all of it agrees', async () => {
    const series = (namespace: string) =>
      toDataFrame({
        fields: [{ name: 'value', values: [1], labels: { service_name: 'order-service', namespace, env: 'live' } }],
      });
    const of = (...data: string[]) => click({ targets: [prom('x')], data: { series: data.map(series) } });
    expect(await of('shop', 'shop')).toEqual({
      ds: 'prod',
      service: 'order-service',
      namespace: 'shop',
      environment: 'live',
    });
    expect(await of('shop', 'trial', 'shop')).toEqual({ ds: 'prod', service: 'order-service', environment: 'live' });
  });

  it.each([
    ['no query', []],
    ['no service', [prom('sum(rate(node_cpu_seconds_total[5m]))')]],
  ])('with %s offer nothing', (_, targets) => {
    expect(panel.configure?.({ targets })).toBeUndefined();
  });
});

describe('a trace', () => {
  const span = (spanID: string, parent: string | undefined, serviceName: string, startTime: number) => ({
    spanID,
    operationName: `POST /${serviceName}`,
    startTime,
    references: parent ? [{ spanID: parent }] : [],
    process: { serviceName },
  });

  it('leads to the service that it began with, at its time', () => {
    const spans = [span('c', 'b', 'payment', 1_773_136_800_002_000), span('b', 'lost', 'order', 1_773_136_800_001_500)];
    expect(trace.configure?.({ spans, datasource: { uid: 'tempo' } })).toEqual({
      path: '/a/faultline-investigation-app/investigate?ds=prod&service=order&operation=POST+%2Forder&at=1773136800001',
    });
  });

  it('says which of several services it is, as its resource does', () => {
    const root = span('b', undefined, 'order', 1_773_136_800_001_500);
    const tags = [
      { key: 'k8s.namespace.name', value: 'shop' },
      { key: 'k8s.cluster.name', value: 'eu-1' },
      { key: 'replicas', value: 3 },
    ];
    const spans = [{ ...root, process: { serviceName: 'order', tags } }];
    expect((trace.configure?.({ spans, datasource: { uid: 'tempo' } }) as { path: string }).path).toContain(
      'service=order&operation=POST+%2Forder&namespace=shop&cluster=eu-1&at='
    );
  });

  it('without spans leads nowhere', () => {
    expect(trace.configure?.({ spans: [] })).toBeUndefined();
    expect(trace.configure?.(undefined)).toBeUndefined();
  });
});

describe('an alert', () => {
  const pathOf = (instance: object) => (alert.configure?.({ instance }) as { path: string } | undefined)?.path;
  const labels = { alertname: 'Höhe & Breite', service_name: 'order "x"/y+z' };

  it('leads to the time it began, with its labels', () => {
    const path = pathOf({ labels, activeAt: '2026-03-10T10:30:00Z' });
    const params = Object.fromEntries(new URLSearchParams(path?.split('?')[1]));
    expect(params).toEqual({
      at: '2026-03-10T10:30:00Z',
      'label.alertname': 'Höhe & Breite',
      'label.service_name': 'order "x"/y+z',
    });
  });

  it("leads where its rule's annotation says", () => {
    const annotations = {
      investigate_url:
        'https://grafana.example/sub/a/faultline-investigation-app/investigate?ds=prod&service=order&at=1',
    };
    const params = new URLSearchParams(pathOf({ labels: { severity: 'page' }, annotations })?.split('?')[1]);
    expect(Object.fromEntries(params)).toEqual({ ds: 'prod', service: 'order', at: '1', 'label.severity': 'page' });
  });

  it('that is not active has no time', () => {
    expect(pathOf({ labels, activeAt: '0001-01-01T00:00:00Z' })).not.toContain('at=');
  });

  it('without a service leads nowhere', () => {
    expect(pathOf({ labels: { alertname: 'Watchdog' } })).toBeUndefined();
  });
});
