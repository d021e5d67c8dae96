import { formatValue } from './formatValue';

/** Writes milliseconds for a person, for example 1900 as "1.90 s". */
export function formatMilliseconds(milliseconds: number): string {
  return formatValue(milliseconds / 1000, 's');
}
