import { dateTimeFormat } from '@grafana/data';
import type { Moment, MomentForm } from '../api/case.gen';

const clock = 'HH:mm:ss';

// A form of a newer backend is written as the time of day.
const formats: Partial<Record<MomentForm, string>> = {
  time: clock,
  day: `${clock} [on] D MMMM`,
  'full date': `${clock} [on] D MMMM YYYY`,
};

/** Writes a sentence of the backend with the moments that it holds in the reader's time zone. */
export function withMoments(text: string, moments?: Moment[]): string {
  return replaced(text, moments, ({ at, form }) => dateTimeFormat(at, { format: formats[form] ?? clock }));
}

/** Writes a sentence with its moments in UTC, and says so, for readers who may sit anywhere. */
export function withMomentsInUtc(text: string, moments?: Moment[]): string {
  return replaced(text, moments, ({ at, form }) => {
    const format = (formats[form] ?? clock).replace(clock, `${clock} [UTC]`);
    return dateTimeFormat(at, { format, timeZone: 'utc' });
  });
}

/** Replaces moments in a text. What does not lie in it is left out. */
function replaced(text: string, moments: Moment[] = [], write: (moment: Moment) => string): string {
  const parts: string[] = [];
  let done = 0;
  for (const moment of moments) {
    const { start, end } = moment;
    if (start >= done && end > start && end <= text.length) {
      parts.push(text.slice(done, start), write(moment));
      done = end;
    }
  }
  return [...parts, text.slice(done)].join('');
}

/** Writes sentences, each with the moments of its own. */
export function allWithMoments(texts: string[], moments: Moment[][] = []): string[] {
  return texts.map((text, index) => withMoments(text, moments[index]));
}
