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

/** Writes the clock time of a moment, to the second, in the reader's time zone. */
export function formatTime(time: string | number): string {
  return dateTimeFormat(time, { format: clock });
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
