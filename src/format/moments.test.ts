import { setTimeZoneResolver } from '@grafana/data';
import type { Moment, MomentForm } from '../api/case.gen';
import { allWithMoments, withMoments, withMomentsInUtc } from './moments';

afterEach(() => setTimeZoneResolver(() => 'utc'));

/** A moment that stands where a text is, in a sentence. */
const momentIn = (text: string, written: string, at: string, form: MomentForm = 'time'): Moment => ({
  at,
  form,
  start: text.lastIndexOf(written),
  end: text.lastIndexOf(written) + written.length,
});

describe('the moments of a sentence', () => {
  it('are written in the zone of the reader', () => {
    const text = 'It began at 10:30:40, before errors rose at 10:32:00.';
    const moments = [
      momentIn(text, '10:30:40', '2026-03-10T10:30:40Z'),
      momentIn(text, '10:32:00', '2026-03-10T10:32:00Z'),
    ];
    setTimeZoneResolver(() => 'America/New_York');
    expect(withMoments(text, moments)).toBe('It began at 06:30:40, before errors rose at 06:32:00.');
    expect(withMomentsInUtc(text, moments)).toBe('It began at 10:30:40 UTC, before errors rose at 10:32:00 UTC.');
  });

  it('know on which side of a change of clocks they are', () => {
    const text = 'since 00:50:00 and 01:20:00';
    const moments = [
      momentIn(text, '00:50:00', '2026-03-29T00:50:00Z'),
      momentIn(text, '01:20:00', '2026-03-29T01:20:00Z'),
    ];
    setTimeZoneResolver(() => 'Europe/Berlin');
    expect(withMoments(text, moments)).toBe('since 01:50:00 and 03:20:00');
  });

  it.each<[string, MomentForm, string, string]>([
    ['20:00:00 on 9 March', 'day', '2026-03-09T20:00:00Z', '05:00:00 on 10 March'],
    ['20:00:00 on 31 December 2025', 'full date', '2025-12-31T20:00:00Z', '05:00:00 on 1 January 2026'],
    ['20:00:00', 'time', '2025-12-31T20:00:00Z', '05:00:00'],
  ])('take the date of %p along', (written, form, at, local) => {
    const text = `the certificate “${written}” expired at ${written}`;
    setTimeZoneResolver(() => 'Asia/Tokyo');
    expect(withMoments(text, [momentIn(text, written, at, form)])).toBe(
      `the certificate “${written}” expired at ${local}`
    );
    expect(withMomentsInUtc(written, [momentIn(written, written, at, form)])).toBe(
      written.replace(/( on|$)/, ' UTC$1')
    );
  });

  it('are found beside letters of any script', () => {
    const text = '🔥 größer als 火: 10:30:40';
    setTimeZoneResolver(() => 'Asia/Tokyo');
    expect(withMoments(text, [momentIn(text, '10:30:40', '2026-03-10T10:30:40Z')])).toBe('🔥 größer als 火: 19:30:40');
  });

  it('leave a text alone in which they do not lie', () => {
    const at = '2026-03-10T10:30:40Z';
    const wrong = [
      { start: -1, end: 3 },
      { start: 3, end: 3 },
      { start: 6, end: 2 },
      { start: 3, end: 99 },
    ].map((place): Moment => ({ at, form: 'time', ...place }));
    expect(withMoments('at 10:30:40', wrong)).toBe('at 10:30:40');
    expect(withMoments('at 10:30:40')).toBe('at 10:30:40');
  });

  it('belong to one of several sentences each', () => {
    const since = 'since 10:30:40';
    const texts = ['no time', since, 'none'];
    setTimeZoneResolver(() => 'Asia/Tokyo');
    expect(allWithMoments(texts, [[], [momentIn(since, '10:30:40', '2026-03-10T10:30:40Z')]])).toEqual([
      'no time',
      'since 19:30:40',
      'none',
    ]);
  });
});
