import { dateTimeFormat, getTimeZone } from '@grafana/data';
import type { Window } from '../api/case.gen';

const day = 'YYYY-MM-DD';
const clock = 'HH:mm:ss';

/** Writes a window in the reader's time zone; the day stands there once where both ends fall on the same one. */
export function formatInterval({ from, to }: Window): string {
  const sameDay = dateTimeFormat(from, { format: day }) === dateTimeFormat(to, { format: day });
  const end = dateTimeFormat(to, { format: sameDay ? clock : `${day} ${clock}` });
  return `${dateTimeFormat(from, { format: `${day} ${clock}` })} – ${end}`;
}

/**
 * Writes the clock time of a moment, to the second, in the reader's time zone; with its date where that is another day
 * than the one of what it stands beside, and with the year where that is another one too.
 */
export function formatMoment(time: string | number, beside: string | number): string {
  const differsIn = (part: string) =>
    dateTimeFormat(time, { format: part }) !== dateTimeFormat(beside, { format: part });
  const date = differsIn('YYYY') ? 'D MMM YYYY ' : differsIn(day) ? 'D MMM ' : '';
  return dateTimeFormat(time, { format: date + clock });
}

/** Writes the clock time of a moment, with milliseconds, in the reader's time zone. */
export function formatClock(time: string): string {
  return dateTimeFormat(time, { format: `${clock}.SSS` });
}

/** Names the reader's time zone as it is at a moment, for example "GMT+1". */
export function formatZone(time: string): string {
  const zone = getTimeZone();
  const named = new Intl.DateTimeFormat('en-US', {
    timeZone: zone === 'browser' ? undefined : zone,
    timeZoneName: 'short',
  });
  return named.formatToParts(new Date(time)).find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
