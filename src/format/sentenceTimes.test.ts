import { setTimeZoneResolver } from '@grafana/data';
import { withLocalTimes } from './sentenceTimes';

const noon = Date.parse('2026-03-10T12:00:00Z');

afterEach(() => setTimeZoneResolver(() => 'utc'));

describe('the times of a sentence', () => {
  it('are written in the zone of the reader', () => {
    setTimeZoneResolver(() => 'America/New_York');
    expect(withLocalTimes('It began at 10:30:40, before errors rose at 10:32:00.', noon)).toBe(
      'It began at 06:30:40, before errors rose at 06:32:00.'
    );
  });

  it('are those of the day before when that hour is still to come', () => {
    // Clocks are put forward in the morning of 29 March.
    setTimeZoneResolver(() => 'Europe/Berlin');
    const night = Date.parse('2026-03-29T00:30:00Z');
    expect(withLocalTimes('since 23:50:00 and 00:20:00', night)).toBe('since 00:50:00 and 01:20:00');
    const morning = Date.parse('2026-03-29T03:00:00Z');
    expect(withLocalTimes('since 00:50:00 and 01:20:00', morning)).toBe('since 01:50:00 and 03:20:00');
  });

  it('take their date along', () => {
    setTimeZoneResolver(() => 'Asia/Tokyo');
    expect(withLocalTimes('certificate shop expired at 20:00:00 on 9 March', noon)).toBe(
      'certificate shop expired at 05:00:00 on 10 March'
    );
  });

  it('tell the year of a date in the year before', () => {
    setTimeZoneResolver(() => 'utc');
    const newYear = Date.parse('2026-01-01T00:30:00Z');
    expect(withLocalTimes('expired at 23:50:00 on 31 December', newYear)).toBe(
      'expired at 23:50:00 on 31 December 2025'
    );
    expect(withLocalTimes('expired at 00:10:00 on 1 January', newYear)).toBe('expired at 00:10:00 on 1 January');
    setTimeZoneResolver(() => 'Asia/Tokyo');
    expect(withLocalTimes('expired at 23:50:00 on 31 December', newYear)).toBe('expired at 08:50:00 on 1 January');
  });

  it('keep a year that was said', () => {
    setTimeZoneResolver(() => 'utc');
    expect(withLocalTimes('expired at 20:00:00 on 9 March 2024', noon)).toBe('expired at 20:00:00 on 9 March 2024');
    expect(withLocalTimes('expired at 20:00:00 on 9 March 2026', noon)).toBe('expired at 20:00:00 on 9 March');
  });

  it('leave a day alone that no calendar has', () => {
    expect(withLocalTimes('at 20:00:00 on 9 Plates', noon)).toBe('at 20:00:00 on 9 Plates');
  });

  it('stay as they are where somebody else is quoted', () => {
    setTimeZoneResolver(() => 'Asia/Tokyo');
    const said = 'Kubernetes warns of it: "stopped at 10:00:00" and “said "again" at 10:01:00”.';
    expect(withLocalTimes(said, noon)).toBe(said);
    expect(withLocalTimes('“at 10:00:00”, since 10:00:00', noon)).toBe('“at 10:00:00”, since 19:00:00');
  });

  it('leave numbers alone that are no time of day', () => {
    setTimeZoneResolver(() => 'Asia/Tokyo');
    expect(withLocalTimes('Trace 8f2e4a1b7c9d3e5f: 2,847 ms, 10:30', noon)).toBe(
      'Trace 8f2e4a1b7c9d3e5f: 2,847 ms, 10:30'
    );
  });
});
