import { dateTime, dateTimeFormat } from '@grafana/data';

// What others said stands between quotes and is left as they said it.
const quoted = /“[^”]*”|"(?:[^"\\]|\\.)*"/;
const clock = /\b(?<time>\d\d:\d\d:\d\d)\b(?: on (?<date>\d{1,2} [A-Z][a-z]+))?/;
const either = new RegExp(`${quoted.source}|${clock.source}`, 'g');

const day = 86_400_000; // ms

/**
 * Writes the times of day that a sentence of the backend holds, which are UTC, in the reader's time zone. Which day they
 * are of is told by a moment, in ms since 1970, before which all of it happened; it matters where clocks are put forward.
 */
export function withLocalTimes(sentence: string, before: number): string {
  return sentence.replace(either, (...match) => {
    const [found, groups] = [match[0], match.at(-1) as { time?: string; date?: string }];
    if (!groups.time) {
      return found;
    }
    return groups.date ? localDate(groups.time, groups.date, before) : localTime(groups.time, before);
  });
}

function localTime(time: string, before: number): string {
  const date = dateTime(before).toISOString().slice(0, 10);
  const at = Date.parse(`${date}T${time}Z`);
  return dateTimeFormat(at > before ? at - day : at, { format: 'HH:mm:ss' });
}

function localDate(time: string, date: string, before: number): string {
  const year = dateTime(before).toISOString().slice(0, 4);
  const at = Date.parse(`${date} ${year} ${time} UTC`);
  return Number.isNaN(at) ? `${time} on ${date}` : dateTimeFormat(at, { format: 'HH:mm:ss [on] D MMMM' });
}
