import { render, screen } from '@testing-library/react';
import { aFinding } from '../../tests/unit/cases';
import { FactsProvider } from './factsContext';
import { aligned, SeriesChart } from './SeriesChart';

const at = (minute: number) => `2026-03-10T10:${minute}:00Z`;
const series = [
  {
    name: 'error rate',
    unit: 'ratio' as const,
    points: [
      { t: at(10), v: 0.001 },
      { t: at(30), v: 0.08 },
      { t: at(47), v: 0.073 },
    ],
  },
];
const values = [{ name: 'error rate', value: 0.073, unit: 'ratio' as const, baseline: 0.001 }];

describe('a chart', () => {
  it('tells in words what its line does', () => {
    render(<SeriesChart finding={aFinding({ values })} series={series} />);
    const told = 'error rate, 2026-03-10 10:10:00 – 10:47:00: at first 0.1%, at most 8%, at last 7.3%.';
    expect(screen.getByRole('img', { name: told })).toBeInTheDocument();
  });

  it('says when the incident began and what is normal', () => {
    const onset = { earliest: at(29), latest: at(31), first: 'errors', baseline: { from: at(10), to: at(29) } };
    render(
      <FactsProvider value={{ onset }}>
        <SeriesChart finding={aFinding({ values })} series={series} />
      </FactsProvider>
    );
    expect(screen.getByText('onset 10:30:00')).toBeVisible();
    expect(screen.getByText('normally 0.1%')).toBeVisible();
  });

  it('does not take the baseline of another unit for normal', () => {
    const others = [{ name: 'requests', value: 5, unit: 'count' as const, baseline: 4 }];
    render(<SeriesChart finding={aFinding({ values: others })} series={series} />);
    expect(screen.queryByText(/normally/)).not.toBeInTheDocument();
  });
});

describe('lines that were measured at different times', () => {
  it('share one axis, each with gaps where it was not measured', () => {
    const one = { points: [{ t: at(10), v: 1 }] };
    const two = { points: [{ t: at(30), v: 2 }] };
    expect(aligned([one, two])).toEqual([
      [Date.parse(at(10)), Date.parse(at(30))],
      [1, null],
      [null, 2],
    ]);
  });
});
