import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { TraceShape } from '../api/case.gen';
import { formatValue } from '../format/formatValue';
import { PlainTable } from './PlainTable';
import { getTableStyles } from './tableStyles';

/** Groups of traces that fail, or are slow, in the same way, the commonest first. */
export function ShapeTable({ shapes }: { shapes: TraceShape[] }) {
  const styles = useStyles2(getTableStyles);
  return (
    <PlainTable
      label={t('evidence.shapes.label', 'Failure groups')}
      headers={[
        t('evidence.shapes.shape', 'Failure group'),
        t('evidence.shapes.count', 'Traces'),
        t('evidence.shapes.longest', 'Longest trace'),
      ]}
      rows={shapes.map(({ shape, count, trace }) => [
        shape,
        formatValue(count, 'count'),
        <span key={trace} className={styles.code}>
          {trace}
        </span>,
      ])}
    />
  );
}
