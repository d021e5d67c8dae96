import { onUpdateDatasourceSecureJsonDataOption, updateDatasourcePluginResetOption } from '@grafana/data';
import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Field, FieldSet, Input, SecretInput } from '@grafana/ui';
import { storeKinds, type SecureSettings, type Settings } from '../api/settings';
import { CaseFields } from './CaseFields';
import { KnowledgeFields } from './KnowledgeFields';
import { RelayFields } from './RelayFields';
import { SourceField } from './SourceField';
import { StoreField } from './StoreField';

const exampleUrl = 'http://grafana.monitoring:3000';

type Props = DataSourcePluginOptionsEditorProps<Settings, SecureSettings>;

/** The settings of one environment: where its telemetry is, and how the backend may reach it. */
export function ConfigEditor(props: Props) {
  const { options, onOptionsChange } = props;
  const { jsonData } = options;
  const change = (part: Partial<Settings>) => onOptionsChange({ ...options, jsonData: { ...jsonData, ...part } });
  return (
    <>
      <SourceField settings={jsonData} onChange={change} />
      {!jsonData.recording && <Stores {...props} onChange={change} />}
      <CaseFields settings={jsonData} onChange={change} />
      <RelayFields {...props} />
      <KnowledgeFields settings={jsonData} onChange={change} />
    </>
  );
}

interface StoresProps extends Props {
  onChange: (part: Partial<Settings>) => void;
}

/** Where the stores are, and how the backend reaches them. */
function Stores({ onChange: change, ...props }: StoresProps) {
  const { jsonData } = props.options;
  return (
    <>
      <FieldSet label={t('config.stores', 'Telemetry stores of this environment')}>
        {storeKinds.map((kind) => (
          <StoreField
            key={kind}
            kind={kind}
            store={jsonData[kind] ?? {}}
            onChange={(store) => change({ [kind]: store })}
          />
        ))}
      </FieldSet>
      <FieldSet label={t('config.access', 'Access')}>
        <TokenField {...props} />
        <Field
          label={t('config.grafana-url', 'Grafana URL')}
          description={t('config.grafana-url-description', "Only if the backend cannot reach Grafana's public URL.")}
        >
          <Input
            id="faultline-grafana-url"
            type="url"
            placeholder={exampleUrl}
            value={jsonData.grafanaUrl ?? ''}
            onChange={({ currentTarget }) => change({ grafanaUrl: currentTarget.value || undefined })}
          />
        </Field>
      </FieldSet>
    </>
  );
}

function TokenField(props: Props) {
  return (
    <Field
      label={t('config.token', 'Service account token')}
      description={t(
        'config.token-description',
        'Token of a service account in this organization. Viewer can investigate; Editor can also save cases. It only accesses the data sources selected above.'
      )}
    >
      <SecretInput
        id="faultline-token"
        isConfigured={Boolean(props.options.secureJsonFields.token)}
        value={props.options.secureJsonData?.token ?? ''}
        onChange={onUpdateDatasourceSecureJsonDataOption(props, 'token')}
        onReset={() => updateDatasourcePluginResetOption(props, 'token')}
      />
    </Field>
  );
}
