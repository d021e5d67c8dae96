import { t } from '@grafana/i18n';
import type { Read } from '../api/case.gen';
import { formatValue } from './formatValue';

/** What stores say that they read to answer, for example "12,000 samples, 3 MiB of log lines"; empty where none says it. */
export function storesRead({ samples = 0, logBytes = 0, traceBytes = 0 }: Read = {}): string {
  const parts: string[] = [];
  if (samples > 0) {
    parts.push(
      t('read.samples', '{{number}} samples', {
        number: formatValue(samples, 'count'),
        interpolation: { escapeValue: false },
      })
    );
  }
  if (logBytes > 0) {
    parts.push(t('read.lines', '{{size}} of log lines', { size: formatValue(logBytes, 'bytes') }));
  }
  if (traceBytes > 0) {
    parts.push(t('read.traces', '{{size}} of traces', { size: formatValue(traceBytes, 'bytes') }));
  }
  return parts.join(', ');
}
