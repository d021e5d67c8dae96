import { dateMath, dateTime, type DateTime } from '@grafana/data';
import { t } from '@grafana/i18n';
import type { Window } from '../api/case.gen';
import { FailureError } from '../api/failure';

/** The ends of a window as a URL holds them: "now-1h", milliseconds since 1970, or a date with time. */
export interface RawWindow {
  from: string;
  to: string;
}

/** Makes moments of the ends; throws a FailureError that names the end it cannot read. */
export function parseWindow({ from, to }: RawWindow): Window {
  const start = moment(from, false);
  const end = moment(to, true);
  if (!start.isBefore(end)) {
    throw new FailureError(
      t('format.window.backwards', 'The time range ends before it starts.'),
      t('format.window.backwards-advice', 'Choose a start before the end.')
    );
  }
  return { from: start.toISOString(), to: end.toISOString() };
}

function moment(text: string, roundUp: boolean): DateTime {
  const isEpoch = /^\d+$/.test(text);
  const parsed = isEpoch ? dateTime(Number(text)) : dateMath.toDateTime(text, { roundUp });
  if (!parsed?.isValid()) {
    throw new FailureError(
      t('format.window.unreadable', '"{{text}}" is not a valid time.', { text, interpolation: { escapeValue: false } }),
      t('format.window.unreadable-advice', 'Use now-1h, 2026-03-10T10:30:00Z, or milliseconds since 1970.')
    );
  }
  return parsed;
}
