import { dateTime, dateTimeFormat } from '@grafana/data';

// What others said stands between quotes and is left as they said it.
const quoted = /“[^”]*”|"(?:[^"\\]|\\.)*"/;
const clock = /\b(?<time>\d\d:\d\d:\d\d)\b(?: on (?<date>\d{1,2} [A-Z][a-z]+)(?: (?<year>\d{4})\b)?)?/;
const either = new RegExp(`${quoted.source}|${clock.source}`, 'g');

const day = 86_400_000; // ms

/** What a sentence says of a moment. */
interface Said {
  time?: string;
  date?: string;
  year?: string;
}

/**
 * Writes the times of day that a sentence of the backend holds, which are UTC, in the reader's time zone. Which day they
 * are of is told by a moment, in ms since 1970, before which all of it happened; it matters where clocks are put forward.
 */
export function withLocalTimes(sentence: string, before: number): string {
  return sentence.replace(either, (...match) => {
    const [found, { time, date, year }] = [match[0], match.at(-1) as Said];
    if (!time) {
      return found;
    }
    return date ? (localDate(`${date} ${time} UTC`, year, before) ?? found) : localTime(time, before);
  });
}

function localTime(time: string, before: number): string {
  const date = dateTime(before).toISOString().slice(0, 10);
  const at = Date.parse(`${date}T${time}Z`);
  return dateTimeFormat(at > before ? at - day : at, { format: 'HH:mm:ss' });
}

/** A date without a year is the latest such day. The year is shown where it is another than that of the moment. */
function localDate(said: string, year: string | undefined, before: number): string | undefined {
  const latest = Number(dateTime(before).toISOString().slice(0, 4));
  const years = year ? [Number(year)] : [latest, latest - 1];
  const at = years.map((candidate) => Date.parse(`${said} ${candidate}`)).find((moment) => year ?? moment <= before);
  if (at === undefined || Number.isNaN(at)) {
    return undefined;
  }
  const yearOf = (moment: number) => dateTimeFormat(moment, { format: 'YYYY' });
  return dateTimeFormat(at, {
    format: yearOf(at) === yearOf(before) ? 'HH:mm:ss [on] D MMMM' : 'HH:mm:ss [on] D MMMM YYYY',
  });
}
