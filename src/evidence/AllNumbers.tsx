import { t } from '@grafana/i18n';
import type { Value } from '../api/case.gen';
import { formatValue } from '../format/formatValue';
import { rowNameOf } from './MeasuredTable';
import { PlainTable } from './PlainTable';

/** Every number that the sentences above rest on, each with what is normal for it and what stands behind it. */
export function AllNumbers({ values }: { values: Value[] }) {
  if (values.length === 0) {
    return null;
  }
  return (
    <PlainTable
      label={t('evidence.numbers.label', 'All values')}
      headers={[
        t('evidence.numbers.name', 'Name'),
        t('evidence.numbers.value', 'Value'),
        t('evidence.numbers.normal', 'Normally'),
        t('evidence.numbers.samples', 'Out of'),
      ]}
      rows={values.map((value) => [
        [rowNameOf(value), value.name].filter(Boolean).join(': '),
        value.atLeast
          ? t('evidence.numbers.at-least', 'at least {{value}}', {
              value: formatValue(value.value, value.unit),
              interpolation: { escapeValue: false },
            })
          : formatValue(value.value, value.unit),
        value.baseline === undefined ? '' : formatValue(value.baseline, value.unit),
        value.samples ? formatValue(Math.round(value.samples), 'count') : '',
      ])}
    />
  );
}
