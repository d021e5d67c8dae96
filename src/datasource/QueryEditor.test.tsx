import { useState } from 'react';
import { readFileSync } from 'node:fs';
import { setTemplateSrv, type TemplateSrv } from '@grafana/runtime';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { queryTypes, type FaultlineQuery } from '../api/query';
import { aDataSource } from '../../tests/unit/grafana';
import { dataSourceType } from '../api/pluginIds';
import { FaultlineDataSource } from './FaultlineDataSource';
import { QueryEditor } from './QueryEditor';

const dataSource = new FaultlineDataSource(aDataSource(dataSourceType, 'prod'));

// jsdom measures nothing, and Grafana's list of choices draws only what fits.
function measure() {
  jest
    .spyOn(HTMLCanvasElement.prototype, 'getContext')
    .mockReturnValue({ measureText: () => ({ width: 10 }) } as never);
  jest.spyOn(Element.prototype, 'getBoundingClientRect').mockReturnValue({
    width: 300,
    height: 400,
    top: 0,
    left: 0,
    bottom: 400,
    right: 300,
    x: 0,
    y: 0,
    toJSON: () => '',
  });
}

beforeEach(() => {
  jest.restoreAllMocks();
  measure();
  setTemplateSrv({ getVariables: () => [{ name: 'service' }], replace: (text) => text } as TemplateSrv);
  jest.spyOn(dataSource, 'services').mockResolvedValue(['order-service', 'payment-service']);
  jest.spyOn(dataSource, 'operations').mockResolvedValue(['POST /api/checkout']);
});

function draw(initial: Partial<FaultlineQuery> = {}) {
  const run = jest.fn();
  let current: FaultlineQuery = { refId: 'A', queryType: 'findings', ...initial };
  function Page() {
    const [query, setQuery] = useState(current);
    current = query;
    return <QueryEditor query={query} onChange={setQuery} onRunQuery={run} datasource={dataSource} />;
  }
  render(<Page />);
  return { run, asked: () => current };
}

it('a query takes a service and an operation that there are', async () => {
  const { run, asked } = draw();
  await userEvent.click(screen.getByLabelText(/Service/));
  await userEvent.click(await screen.findByText('order-service'));
  await userEvent.click(screen.getByLabelText('Operation'));
  await userEvent.click(await screen.findByText('POST /api/checkout'));
  expect(asked()).toEqual({
    refId: 'A',
    queryType: 'findings',
    service: 'order-service',
    operation: 'POST /api/checkout',
  });
  expect(run).toHaveBeenCalledTimes(2);
});

it('a query takes a service that nobody knows yet, and is not sent with every letter', async () => {
  const { run, asked } = draw();
  await userEvent.type(screen.getByLabelText(/Service/), 'silent-service');
  expect(run).not.toHaveBeenCalled();
  await userEvent.click(await screen.findByText('silent-service'));
  expect(asked()).toMatchObject({ service: 'silent-service' });
  expect(run).toHaveBeenCalledTimes(1);
});

it("a query takes a dashboard's variable", async () => {
  const { asked } = draw();
  await userEvent.click(screen.getByLabelText(/Service/));
  await userEvent.click(await screen.findByText('$service'));
  expect(asked()).toMatchObject({ service: '$service' });
});

it('a name can still be typed where the names cannot be read', async () => {
  jest.spyOn(console, 'error').mockImplementation();
  jest.spyOn(dataSource, 'services').mockRejectedValueOnce(new Error('no metrics'));
  const { asked } = draw();
  await userEvent.type(screen.getByLabelText(/Service/), 'order');
  await userEvent.click(await screen.findByText('order'));
  expect(asked()).toMatchObject({ service: 'order' });
});

it('lists ask for no more than they need', () => {
  draw({ queryType: 'services' });
  expect(screen.queryByLabelText(/Service/)).not.toBeInTheDocument();
  expect(screen.queryByLabelText('Operation')).not.toBeInTheDocument();
});

it('a query names what to show, and is sent with the choice', async () => {
  const { run, asked } = draw();
  await userEvent.click(screen.getByLabelText('Show'));
  await userEvent.click(await screen.findByText('Recovery criteria'));
  expect(asked()).toMatchObject({ queryType: 'recovery' });
  expect(run).toHaveBeenCalledTimes(1);
});

it('an alert rule takes one number, which goes with its type', async () => {
  const { asked } = draw({ queryType: 'impact', service: 'order' });
  await userEvent.click(screen.getByLabelText(/Only/));
  await userEvent.click(await screen.findByText('error_rate'));
  expect(asked()).toMatchObject({ queryType: 'impact', number: 'error_rate', service: 'order' });
  await userEvent.click(screen.getByLabelText('Show'));
  await userEvent.click(await screen.findByText('Verdict'));
  expect(asked().number).toBeUndefined();
});

it.each([undefined, 'range'])('a query of the type %s can be given one that there is', async (queryType) => {
  const { asked } = draw({ queryType: queryType as never });
  await userEvent.click(screen.getByLabelText('Show'));
  await userEvent.click(await screen.findByText('Onset'));
  expect(asked()).toMatchObject({ queryType: 'onset' });
});

it('types without numbers offer none', () => {
  draw();
  expect(screen.queryByLabelText(/Only/)).not.toBeInTheDocument();
});

it('the backend has the same types and numbers', () => {
  const page = readFileSync('docs/panels.md', 'utf8');
  for (const [type, numbers] of Object.entries(queryTypes)) {
    const row = page.split('\n').find((line) => line.startsWith(`| \`${type}\``)) ?? '';
    expect({ type, numbers: [...(row.split('|')[4]?.matchAll(/`(\w+)`/g) ?? [])].map(([, number]) => number) }).toEqual(
      { type, numbers }
    );
  }
});
