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
const exampleUrls: Record<StoreKind, string> = {
  metrics: 'http://prometheus.monitoring:9090',
  traces: 'http://tempo.monitoring:3200',
  logs: 'http://loki.monitoring:3100',
};
const width = 40; // of eight pixels, so that the three fields stand in columns

/** Asks where one kind of telemetry is: in a data source of this Grafana or at an address. One excludes the other. */
export function StoreField({ kind, store, onChange }: Props) {
  const url = store.url ?? '';
  return (
    <Field
      htmlFor={`faultline-${kind}`}
      label={labelOf(kind)}
      description={t('config.store-description', 'A data source, or the URL of a server.')}
    >
      <Stack wrap="wrap">
        <DataSourcePicker
          inputId={`faultline-${kind}`}
          {...onlyOf(dataSourceTypes[kind])}
          current={store.uid ?? null}
          noDefault
          width={width}
          onChange={({ uid }) => onChange({ uid })}
          onClear={() => onChange({})}
        />
        <Input
          aria-label={t('config.store-url', 'Server URL for {{kind}}', { kind })}
          id={`faultline-${kind}-url`}
          type="url"
          width={width}
          placeholder={exampleUrls[kind]}
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
