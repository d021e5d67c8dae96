import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Line, Trace } from '../api/case.gen';
import { FactsProvider } from './factsContext';
import { LogLines } from './LogLines';
import { SelectionProvider, type Selection } from './selectionContext';

const start = '2026-03-10T10:43:00.000Z';
const trace: Trace = {
  id: '8f2e',
  start,
  duration: 2e9,
  spans: [{ id: 'aaaa', service: 'order-service', name: 'POST /api/checkout', start, duration: 2e9 }],
};
const linesOf = (what: string, count: number): Line[] =>
  Array.from({ length: count }, (_, number) => ({
    time: start,
    text: `${what} ${number}`,
    labels: { service_name: 'order-service' },
  }));
const ofTrace = linesOf('of the trace', 30);

function show(lines: Line[], selection: Selection = {}) {
  const traceLines = { lines: structuredClone(ofTrace), spelling: '', field: '', form: '' };
  render(
    <SelectionProvider value={{ selection, select: () => undefined }}>
      <FactsProvider value={{ trace, traceLines: traceLines }}>
        <LogLines lines={lines} />
      </FactsProvider>
    </SelectionProvider>
  );
  return within(screen.getByRole('table')).getAllByRole('row');
}

describe('log lines', () => {
  it('lead to the spans that they were written in, where they are those of the example', () => {
    const [first] = show(ofTrace);
    expect(within(first as HTMLElement).getByRole('button', { name: /^Show span/ })).toBeVisible();
  });

  it('lead to no span where they are others, however many they are', () => {
    show(linesOf('of another pod', 30));
    expect(screen.queryByRole('button', { name: /^Show span/ })).not.toBeInTheDocument();
  });

  it('are all there, and the chosen one marked, when one of them is chosen', () => {
    const rows = show(ofTrace, { line: `${start}~25` });
    expect(rows).toHaveLength(30);
    expect(rows[25]).toHaveAttribute('aria-current', 'true');
  });

  it('have the focus once all of them were asked for', async () => {
    show(linesOf('of another pod', 30));
    await userEvent.click(screen.getByRole('button', { name: 'Show all 30 lines' }));
    expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(30);
    expect(screen.getByRole('region', { name: 'Log lines' })).toHaveFocus();
  });

  it('stay as they are when one of the example is chosen, which they are not', () => {
    const rows = show(linesOf('of another pod', 31), { line: start });
    expect(rows).toHaveLength(20);
    expect(rows[0]).not.toHaveAttribute('aria-current');
  });
});
