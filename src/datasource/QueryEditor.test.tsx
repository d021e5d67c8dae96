import { useState } from 'react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { FindingsQuery } from '../api/query';
import { aDataSource } from '../../tests/unit/grafana';
import { dataSourceType } from '../api/pluginIds';
import { FaultlineDataSource } from './FaultlineDataSource';
import { QueryEditor } from './QueryEditor';

const dataSource = new FaultlineDataSource(aDataSource(dataSourceType, 'prod'));

function draw() {
  const run = jest.fn();
  let current: FindingsQuery = { refId: 'A', queryType: 'findings' };
  function Page() {
    const [query, setQuery] = useState(current);
    current = query;
    return <QueryEditor query={query} onChange={setQuery} onRunQuery={run} datasource={dataSource} />;
  }
  render(<Page />);
  return { run, asked: () => current };
}

it('a query names the service and the operation', async () => {
  const { asked } = draw();
  await userEvent.type(screen.getByLabelText(/Service/), 'order-service');
  await userEvent.type(screen.getByLabelText('Operation'), 'POST /api/checkout');
  expect(asked()).toEqual({
    refId: 'A',
    queryType: 'findings',
    service: 'order-service',
    operation: 'POST /api/checkout',
  });
});

it('a query is sent when its field is left, not with every letter', async () => {
  const { run } = draw();
  await userEvent.type(screen.getByLabelText(/Service/), 'order');
  expect(run).not.toHaveBeenCalled();
  await userEvent.tab();
  expect(run).toHaveBeenCalledTimes(1);
});
