import { formatValue } from './formatValue';

/** Writes milliseconds for a person, for example 1900 as "1.9 s". */
export function formatMilliseconds(milliseconds: number): string {
  return formatValue(milliseconds / 1000, 's');
}

const msBelow = 10_000; // ms

/** Writes how long a span took, given in ns: in milliseconds, so that spans can be compared, for example "2,847 ms". */
export function formatSpan(nanoseconds: number): string {
  const milliseconds = nanoseconds / 1e6;
  return milliseconds >= 10 && milliseconds < msBelow
    ? `${Math.round(milliseconds).toLocaleString('en-US')} ms`
    : formatMilliseconds(milliseconds);
}
