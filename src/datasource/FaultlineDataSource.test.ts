import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { aDataSource } from '../../tests/unit/grafana';
import type { FaultlineQuery } from '../api/query';
import { FaultlineDataSource } from './FaultlineDataSource';

const dataSource = new FaultlineDataSource(aDataSource('faultline-investigation-datasource', 'prod'));
const query: FaultlineQuery = { refId: 'A', queryType: 'findings', service: 'order-service' };

describe("a dashboard's query", () => {
  it('has its variables filled in before it is sent', () => {
    setTemplateSrv({ replace: (text) => text?.replace('$service', 'payment-service') } as TemplateSrv);
    expect(dataSource.applyTemplateVariables({ ...query, service: '$service' }, {})).toEqual({
      ...query,
      service: 'payment-service',
    });
  });

  it('is not sent before it names a service', () => {
    expect(dataSource.filterQuery(query)).toBe(true);
    expect(dataSource.filterQuery({ ...query, service: ' ' })).toBe(false);
    expect(dataSource.filterQuery({ refId: 'A', queryType: 'findings' })).toBe(false);
  });

  it('has every part of its scope filled in', () => {
    setTemplateSrv({ replace: (text) => text?.replace('$where', 'shop') } as TemplateSrv);
    const scoped = { ...query, namespace: '$where', environment: '$where', cluster: '$where' };
    expect(dataSource.applyTemplateVariables(scoped, {})).toEqual({
      ...query,
      namespace: 'shop',
      environment: 'shop',
      cluster: 'shop',
    });
  });

  it.each(['readiness', 'services', 'operations', 'cases'] as const)(
    'is sent without a service for %s',
    (queryType) => {
      expect(dataSource.filterQuery({ refId: 'A', queryType })).toBe(true);
    }
  );

  it('begins with the services where it fills a variable', () => {
    expect(dataSource.variables?.getType()).toBe('datasource');
    expect(dataSource.variables?.getDefaultQuery?.()).toEqual({ queryType: 'services', service: '' });
  });

  it('begins with the onset where it is one of annotations, to which Grafana gives no type', () => {
    expect(dataSource.annotations.getDefaultQuery()).toEqual({ queryType: 'onset', service: '' });
  });

  it('is not sent while it is hidden', () => {
    expect(dataSource.filterQuery({ ...query, hide: true })).toBe(false);
  });
});

describe('the names to choose from', () => {
  it('are each there once, though several services bear one', async () => {
    jest
      .spyOn(dataSource, 'getResource')
      .mockResolvedValue({ services: [{ service: 'b' }, { service: 'a' }, { service: 'b' }] });
    expect(await dataSource.services()).toEqual(['b', 'a']);
  });

  it("are operations of the query's service, with its variables filled in", async () => {
    setTemplateSrv({ replace: (text) => text?.replace('$service', 'order') } as TemplateSrv);
    const get = jest.spyOn(dataSource, 'getResource').mockResolvedValue({ operations: [{ name: 'POST /pay' }] });
    expect(await dataSource.operations({ ...query, service: '$service', namespace: 'shop' })).toEqual(['POST /pay']);
    expect(get).toHaveBeenCalledWith('operations', expect.objectContaining({ service: 'order', namespace: 'shop' }));
    get.mockClear();
    expect(await dataSource.operations({ ...query, service: '' })).toEqual([]);
    expect(get).not.toHaveBeenCalled();
  });
});
