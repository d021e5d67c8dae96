import { t } from '@grafana/i18n';
import { Field, RadioButtonGroup } from '@grafana/ui';
import type { Settings } from '../api/settings';

/** The recording that comes with the plugin; pkg/source/shipped holds it. */
const walkthrough = 'walkthrough';

interface Props {
  settings: Settings;
  onChange: (part: Partial<Settings>) => void;
}

/** Whether the environment's stores answer, or a recording in their place. */
export function SourceField({ settings, onChange }: Props) {
  const options = [
    { value: '', label: t('config.source-stores', 'Stores') },
    { value: settings.recording || walkthrough, label: t('config.source-recording', 'A recorded incident') },
  ];
  const choose = (recording: string) =>
    onChange(
      recording ? { recording, metrics: undefined, traces: undefined, logs: undefined } : { recording: undefined }
    );
  return (
    <Field
      label={t('config.source', 'Data from')}
      description={t(
        'config.source-description',
        'Faultline includes a recorded incident to try it out and practice without stores.'
      )}
    >
      <RadioButtonGroup options={options} value={settings.recording ?? ''} onChange={choose} />
    </Field>
  );
}
