import { config } from '@grafana/runtime';
import { aQuery } from '../../tests/unit/cases';
import { aDataSource, installDataSources } from '../../tests/unit/grafana';
import { exploreUrl } from './explore';

const window = { from: '2026-03-10T10:30:00Z', to: '2026-03-10T10:47:00Z' };

function allowExplore(isAllowed: boolean) {
  config.bootData = {
    ...config.bootData,
    user: { ...config.bootData.user, orgId: 1, permissions: isAllowed ? { 'datasources:explore': true } : {} },
  };
}

/** What Explore reads out of an address: its version, and the one pane that it shows. */
function paneOf(url: string | undefined) {
  const params = new URL(url ?? '', 'http://grafana').searchParams;
  const panes = JSON.parse(params.get('panes') ?? '{}') as Record<
    string,
    { datasource: string; range: object; queries: object[] }
  >;
  return { version: params.get('schemaVersion'), panes: Object.values(panes) };
}

beforeEach(() => {
  allowExplore(true);
  installDataSources(aDataSource('prometheus', 'prom'), aDataSource('loki', 'loki'), aDataSource('tempo', 'tempo'));
});

describe('a link into Explore', () => {
  it('asks the very same question in the very same time', () => {
    const text = 'sum(rate(http_requests_total{path="/a?b=c&d"}[1m]))';
    const { version, panes } = paneOf(exploreUrl(aQuery({ text, window, step: 15 })));
    expect(version).toBe('1');
    expect(panes).toEqual([
      {
        datasource: 'prom',
        queries: [
          { refId: 'A', datasource: { type: 'prometheus', uid: 'prom' }, expr: text, range: true, interval: '15s' },
        ],
        range: { from: String(Date.parse(window.from)), to: String(Date.parse(window.to)) },
      },
    ]);
  });

  it.each([
    ['a query at one moment', aQuery({ text: 'up' }), { expr: 'up', instant: true }],
    [
      'log lines',
      aQuery({ text: '{a="b"}', language: 'logql', dataSource: 'loki' }),
      { expr: '{a="b"}', queryType: 'range' },
    ],
    [
      'a count of log lines',
      aQuery({ text: 'sum(count_over_time({a="b"}[5m]))', language: 'logql', dataSource: 'loki' }),
      { queryType: 'instant' },
    ],
    [
      'a search for traces',
      aQuery({ text: '{}', language: 'traceql', dataSource: 'tempo' }),
      { query: '{}', queryType: 'traceql' },
    ],
    [
      'one trace',
      aQuery({ text: '8f2e4a1b', language: 'trace', dataSource: 'tempo' }),
      { query: '8f2e4a1b', queryType: 'traceql' },
    ],
  ])('asks as the editor of its store would: %s', (_name, query, asked) => {
    expect(paneOf(exploreUrl(query)).panes[0]?.queries[0]).toMatchObject(asked);
  });

  it('is not there for those who may not go there', () => {
    allowExplore(false);
    expect(exploreUrl(aQuery())).toBeUndefined();
  });

  it('is not there for a store that is no data source, and for what Explore cannot ask', () => {
    expect(exploreUrl(aQuery({ dataSource: 'http://localhost:9090' }))).toBeUndefined();
    expect(exploreUrl(aQuery({ language: 'status page' }))).toBeUndefined();
  });
});
