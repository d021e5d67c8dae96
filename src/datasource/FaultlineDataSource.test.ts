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

  it('begins with the onset where it is one of annotations, to which Grafana gives no type', () => {
    expect(dataSource.annotations.getDefaultQuery()).toEqual({ queryType: 'onset', service: '' });
  });

  it('is not sent while it is hidden', () => {
    expect(dataSource.filterQuery({ ...query, hide: true })).toBe(false);
  });
});
