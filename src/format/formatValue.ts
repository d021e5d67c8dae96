import { dateTimeFormat } from '@grafana/data';
import type { Unit } from '../api/case.gen';

/**
 * Writes a number with its unit, for example 0.073 of unit "ratio" as "7.3%". Spacing and unit names are those of Grafana's
 * formatters; rounding is the backend's (`pkg/numbers`), because its sentences are shown next to these values.
 */
export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'ratio':
      return `${formatPercent(value * 100)}%`;
    case 's':
      return formatSeconds(value);
    case '1/s':
      return formatRate(value);
    case 'bytes':
      return formatBytes(value);
    case 'unix time':
      return dateTimeFormat(value * 1000);
    case 'count':
    default:
      return Number.isInteger(value) || Math.abs(value) >= 10 ? rounded(value, 0) : rounded(value, 1);
  }
}

/** Writes events a second in the unit in which a digit after the point is enough: 0.016 is "1/min". */
function formatRate(perSecond: number): string {
  const seldom = 0.0995;
  const size = Math.abs(perSecond);
  if (size === 0 || size >= seldom) {
    return `${digits(perSecond)}/s`;
  }
  return size * 60 >= seldom ? `${digits(perSecond * 60)}/min` : `${digits(perSecond * 3600)}/h`;
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Writes bytes in the largest binary unit of which there is at least one: 1.5 × 2^30 is "1.5 GiB". */
function formatBytes(bytes: number): string {
  let [scaled, unit] = [bytes, 0];
  while (Math.abs(scaled) >= 1024 && unit < binaryUnits.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${digits(scaled)} ${binaryUnits[unit]}`;
}

function formatPercent(percent: number): string {
  const size = Math.abs(percent);
  return size < 0.1 ? rounded(percent, 2) : size < 20 ? rounded(percent, 1) : rounded(percent, 0);
}

function formatSeconds(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) {
    return '0 s';
  }
  if (size < 0.001) {
    return `${coarse(seconds * 1e6)} µs`;
  }
  if (size < 0.9995) {
    return `${coarse(seconds * 1e3)} ms`;
  }
  if (size < 120) {
    return `${digits(seconds)} s`;
  }
  const whole = Math.round(seconds);
  const [minutes, rest] = [Math.trunc(whole / 60), whole % 60];
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

const coarse = (value: number) => rounded(value, Math.abs(value) < 10 ? 1 : 0);
const digits = (value: number) => rounded(value, Math.abs(value) < 100 ? 1 : 0);

function rounded(value: number, places: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: places });
}
