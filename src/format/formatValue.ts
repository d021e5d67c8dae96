import { dateTimeFormat, formattedValueToString, getValueFormat } from '@grafana/data';
import type { Unit } from '../api/case.gen';

// Units of the case document in Grafana's words.
const grafanaUnits: Partial<Record<Unit, string>> = {
  ratio: 'percentunit',
  s: 's',
  '1/s': 'reqps',
  count: 'locale',
  bytes: 'bytes',
};

/** Writes a number with its unit for a person, for example 0.073 of unit "ratio" as "7.3%". */
export function formatValue(value: number, unit: Unit): string {
  if (unit === 'unix time') {
    return dateTimeFormat(value * 1000);
  }
  const formatted = getValueFormat(grafanaUnits[unit] ?? 'short')(value);
  return formattedValueToString({ ...formatted, text: withoutTrailingZeros(formatted.text) });
}

// Grafana pads to three digits; a sentence beside the value does not.
function withoutTrailingZeros(text: string): string {
  return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}
