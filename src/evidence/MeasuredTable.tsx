import { t } from '@grafana/i18n';
import type { Value } from '../api/case.gen';
import { formatValue } from '../format/formatValue';
import { PlainTable } from './PlainTable';

/** Numbers of several things of one kind: a row for each thing, with what is normal beside what is measured. */
export function MeasuredTable({ values }: { values: Value[] }) {
  const names = [...new Set(values.map(({ name }) => name))];
  const rows = new Map<string, Value[]>();
  for (const value of values) {
    const row = rowNameOf(value);
    rows.set(row, [...(rows.get(row) ?? []), value]);
  }
  const [kind = ''] = Object.keys(values[0]?.labels ?? {});
  return (
    <PlainTable
      label={t('evidence.measured.label', 'Values by {{kind}}', { kind, interpolation: { escapeValue: false } })}
      headers={[kind, ...names]}
      rows={[...rows].map(([row, measured]) => [
        row,
        ...names.map((name) => cellOf(measured.find((value) => value.name === name))),
      ])}
    />
  );
}

/** What a value is of, where it is one of several; empty where it stands for itself. */
export function rowNameOf({ labels }: Value): string {
  return Object.values(labels ?? {}).join(', ');
}

function cellOf(value: Value | undefined): string {
  if (!value) {
    return '';
  }
  const written = formatValue(value.value, value.unit);
  const now = value.atLeast ? t('evidence.over', 'over {{value}}', { value: written }) : written;
  return value.baseline === undefined ? now : `${now} (${formatValue(value.baseline, value.unit)})`;
}
