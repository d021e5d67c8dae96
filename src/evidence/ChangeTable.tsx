import { t } from '@grafana/i18n';
import type { ClusterChange } from '../api/case.gen';
import { PinButton } from './PinButton';
import { PlainTable } from './PlainTable';
import { useMoment } from './useMoment';

/** What was changed in the cluster, in the order of time, and on which side of the onset. */
export function ChangeTable({ changes }: { changes: ClusterChange[] }) {
  const moment = useMoment();
  return (
    <PlainTable
      label={t('evidence.changes.label', 'Changes')}
      headers={[
        t('evidence.changes.time', 'Time'),
        t('evidence.changes.onset', 'Onset'),
        t('evidence.changes.what', 'Event'),
        t('evidence.changes.source', 'Source'),
      ]}
      rows={changes.map((change) => [
        moment(change.at),
        change.beforeOnset ? t('evidence.changes.before', 'before') : t('evidence.changes.after', 'after'),
        <>
          {describe(change)}
          <PinButton id={change.id} sentence={describe(change)} at={change.at} />
        </>,
        change.sources.join(', '),
      ])}
    />
  );
}

function describe({ kind, object, namespace, what }: ClusterChange): string {
  return namespace ? `${kind} ${object} (${namespace}) ${what}` : `${kind} ${object} ${what}`;
}
