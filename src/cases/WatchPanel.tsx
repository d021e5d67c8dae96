import { t, Trans } from '@grafana/i18n';
import { Alert } from '@grafana/ui';
import type { Criterion, WatchState } from '../api/case.gen';
import { formatValue } from '../format/formatValue';

/** How far the recovery is: every criterion, and the sentence of the watch. */
export function WatchPanel({ watch }: { watch: WatchState }) {
  return (
    <Alert severity={severityOf(watch)} title={watch.sentence}>
      <ul aria-label={t('cases.criteria', 'Exit criteria')}>
        {watch.criteria.map((criterion) => (
          <li key={criterion.id}>
            {criterion.name}: {stateOf(criterion)}
          </li>
        ))}
      </ul>
      <Trans i18nKey="cases.watch-note">Updated every few seconds.</Trans>
    </Alert>
  );
}

function severityOf({ stage }: WatchState) {
  switch (stage) {
    case 'guarding':
    case 'over':
      return 'success';
    case 'relapsed':
      return 'error';
    case 'blind':
      return 'warning';
    default:
      return 'info';
  }
}

function stateOf({ outcome, reason, now, limit, unit, floor }: Criterion): string {
  if (outcome === 'not checked') {
    return t('cases.not-checked', 'not checked: {{reason}}', {
      reason: reason ?? '',
      interpolation: { escapeValue: false },
    });
  }
  const values = {
    now: formatValue(now, unit),
    limit: formatValue(limit, unit),
    interpolation: { escapeValue: false },
  };
  const bound = floor
    ? t('cases.at-least', '{{now}} (at least {{limit}})', values)
    : t('cases.at-most', '{{now}} (at most {{limit}})', values);
  return `${outcome === 'clear' ? '✓' : '✗'} ${bound}`;
}
