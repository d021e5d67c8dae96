import { readFileSync } from 'node:fs';
import { setTimeZoneResolver } from '@grafana/data';
import type { Unit } from '../api/case.gen';
import { formatMilliseconds, formatSpan } from './formatDuration';
import { formatClock, formatInterval, formatMoment, formatZone } from './formatInterval';
import { formatValue } from './formatValue';
import { parseWindow } from './parseWindow';

describe('a value for a person', () => {
  // The backend's test reads the same table.
  const table = JSON.parse(readFileSync('pkg/numbers/testdata/formatted.json', 'utf8')) as Array<{
    value: number;
    unit: Unit;
    text: string;
  }>;
  it.each(table)('writes $value of unit "$unit" as "$text"', ({ value, unit, text }) => {
    expect(formatValue(value, unit)).toBe(text);
  });

  it('writes a moment with its date', () => {
    expect(formatValue(1773138600, 'unix time')).toBe('2026-03-10 10:30:00');
  });

  it('shows the number of a unit that this page does not know', () => {
    expect(formatValue(12, 'furlong' as Unit)).toBe('12');
  });

  it('writes milliseconds in the unit that suits them', () => {
    expect(formatMilliseconds(1900)).toBe('1.9 s');
  });

  it('writes spans so that they can be compared', () => {
    expect([2.847e9, 42e6, 4.2e5, 2.847e10].map(formatSpan)).toEqual(['2,847 ms', '42 ms', '420 µs', '28.5 s']);
  });
});

describe('an interval for a person', () => {
  it('names the day once when both ends are on it', () => {
    const interval = { from: '2026-03-10T10:30:00Z', to: '2026-03-10T10:47:00Z' };
    expect(formatInterval(interval)).toBe('2026-03-10 10:30:00 – 10:47:00');
  });

  it('names both days when it passes midnight', () => {
    const interval = { from: '2026-03-10T23:30:00Z', to: '2026-03-11T00:10:00Z' };
    expect(formatInterval(interval)).toBe('2026-03-10 23:30:00 – 2026-03-11 00:10:00');
  });

  it('is followed by the zone, as it is at that time of the year', () => {
    setTimeZoneResolver(() => 'Europe/Berlin');
    expect([formatZone('2026-01-10T10:30:00Z'), formatZone('2026-07-10T10:30:00Z')]).toEqual(['GMT+1', 'GMT+2']);
    setTimeZoneResolver(() => 'utc');
    expect(formatZone('2026-07-10T10:30:00Z')).toBe('UTC');
  });

  it('has a moment of another day say its date, and one of another year its year', () => {
    const beside = '2026-01-01T10:47:00Z';
    expect(formatMoment('2026-01-01T10:30:00Z', beside)).toBe('10:30:00');
    expect(formatMoment('2026-01-02T10:30:00Z', beside)).toBe('2 Jan 10:30:00');
    expect(formatMoment('2025-12-31T23:30:00Z', beside)).toBe('31 Dec 2025 23:30:00');
  });

  it('gives log lines their milliseconds', () => {
    expect(formatClock('2026-03-10T10:43:18.92Z')).toBe('10:43:18.920');
  });
});

describe('the window of a link', () => {
  it('may be given in milliseconds', () => {
    const window = { from: '2026-03-10T10:30:00.000Z', to: '2026-03-10T10:47:00.000Z' };
    expect(parseWindow({ from: String(Date.parse(window.from)), to: String(Date.parse(window.to)) })).toEqual(window);
  });

  it('may be given as dates', () => {
    expect(parseWindow({ from: '2026-03-10T10:30:00Z', to: '2026-03-10T10:47:00+00:00' })).toEqual({
      from: '2026-03-10T10:30:00.000Z',
      to: '2026-03-10T10:47:00.000Z',
    });
  });

  it('may be relative to now', () => {
    const { from, to } = parseWindow({ from: 'now-1h', to: 'now' });
    expect((Date.parse(to) - Date.parse(from)) / 60_000).toBeCloseTo(60, 1);
  });

  it('names the end that it cannot read', () => {
    expect(() => parseWindow({ from: 'tea time', to: 'now' })).toThrow('"tea time" is not a valid time.');
  });

  it('must not be backwards', () => {
    expect(() => parseWindow({ from: 'now', to: 'now-1h' })).toThrow('ends before it starts');
  });
});
