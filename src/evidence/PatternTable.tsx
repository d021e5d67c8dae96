import { t } from '@grafana/i18n';
import type { LogPattern } from '../api/case.gen';
import { formatValue } from '../format/formatValue';
import { PlainTable } from './PlainTable';

/** Kinds of log lines with how many there are now and before. */
export function PatternTable({ patterns }: { patterns: LogPattern[] }) {
  return (
    <PlainTable
      label={t('evidence.patterns.label', 'Log patterns')}
      headers={[
        t('evidence.patterns.pattern', 'Pattern'),
        t('evidence.patterns.change', 'Change'),
        t('evidence.patterns.service', 'Service'),
        t('evidence.patterns.level', 'Level'),
        t('evidence.patterns.now', 'Lines now'),
        t('evidence.patterns.before', 'Lines before'),
      ]}
      rows={patterns.map(({ text, change, service, level, now, before }) => [
        text,
        change,
        service,
        level,
        formatValue(now, 'count'),
        formatValue(before, 'count'),
      ])}
    />
  );
}
