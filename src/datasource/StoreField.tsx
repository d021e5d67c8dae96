import { t } from '@grafana/i18n';
import { DataSourcePicker } from '@grafana/runtime';
import { Field, Input, Stack } from '@grafana/ui';
import { onlyOf } from '../api/environments';
import type { Store, StoreKind } from '../api/settings';

interface Props {
  kind: StoreKind;
  store: Store;
  onChange: (store: Store) => void;
}

const dataSourceTypes: Record<StoreKind, string> = { metrics: 'prometheus', traces: 'tempo', logs: 'loki' };
const exampleUrl = 'http://prometheus.monitoring:9090';

/** Asks where one kind of telemetry is: in a data source of this Grafana or at an address. One excludes the other. */
export function StoreField({ kind, store, onChange }: Props) {
  const url = store.url ?? '';
  return (
    <Field
      htmlFor={`faultline-${kind}`}
      label={labelOf(kind)}
      description={t('config.store-description', 'A data source, or the address of a server.')}
    >
      <Stack wrap="wrap">
        <DataSourcePicker
          inputId={`faultline-${kind}`}
          {...onlyOf(dataSourceTypes[kind])}
          current={store.uid ?? null}
          noDefault
          onChange={({ uid }) => onChange({ uid })}
          onClear={() => onChange({})}
        />
        <Input
          aria-label={t('config.store-url', 'Address of the server for {{kind}}', { kind })}
          id={`faultline-${kind}-url`}
          type="url"
          width={40}
          placeholder={exampleUrl}
          value={url}
          onChange={({ currentTarget }) => onChange(currentTarget.value ? { url: currentTarget.value } : {})}
        />
      </Stack>
    </Field>
  );
}

function labelOf(kind: StoreKind): string {
  const labels: Record<StoreKind, string> = {
    metrics: t('config.metrics', 'Metrics (Prometheus)'),
    traces: t('config.traces', 'Traces (Tempo)'),
    logs: t('config.logs', 'Logs (Loki)'),
  };
  return labels[kind];
}
