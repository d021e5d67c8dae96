import { factorNames, type ServiceReadiness } from '../../api/readiness';
import { nameOf, sayState } from './words';

/** The services by their factors as a table for spreadsheets: RFC 4180, with a line of names. */
export function csvOf(services: ServiceReadiness[]): string {
  const lines = services.map(({ service, factors, first }) => [
    service,
    ...factorNames.map((name) => sayState(factors.find(({ factor }) => factor === name)?.state ?? 'not checked')),
    factors.find(({ factor }) => factor === first)?.change?.sentence ?? '',
  ]);
  const head = ['Service', ...factorNames.map(nameOf), 'Most useful fix'];
  return [head, ...lines].map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('');
}

// A spreadsheet would run a name that begins like this as a formula.
function cellOf(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
