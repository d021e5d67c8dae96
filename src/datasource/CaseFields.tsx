import { t } from '@grafana/i18n';
import { Field, FieldSet, Input, TextArea } from '@grafana/ui';
import type { Settings } from '../api/settings';

const exampleMask = 'customer-\\d+';
const exampleRetention = '8760h';

interface Props {
  settings: Settings;
  onChange: (part: Partial<Settings>) => void;
}

/** How cases are kept: what is masked in them, and for how long. */
export function CaseFields({ settings: { cases, masks }, onChange }: Props) {
  const retention = cases?.retention ?? '';
  const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');
  return (
    <FieldSet label={t('config.cases', 'Case storage')}>
      <Field
        label={t('config.masks', 'Extra redaction patterns')}
        description={t(
          'config.masks-description',
          'Regular expressions, one per line, of what to redact in saved cases in addition to tokens, passwords, keys and card numbers.'
        )}
      >
        <TextArea
          id="faultline-masks"
          rows={3}
          placeholder={exampleMask}
          defaultValue={(masks ?? []).join('\n')}
          onChange={({ currentTarget }) => {
            const all = lines(currentTarget.value);
            onChange({ masks: all.length > 0 ? all : undefined });
          }}
        />
      </Field>
      <Field
        label={t('config.retention', 'Delete closed cases after')}
        description={t(
          'config.retention-description',
          'Hours, for example 8760h for a year; at least 24h. Leave empty to keep them forever.'
        )}
      >
        <Input
          id="faultline-retention"
          width={20}
          placeholder={exampleRetention}
          value={retention}
          onChange={({ currentTarget }) => {
            const typed = currentTarget.value.trim();
            onChange({ cases: typed ? { ...cases, retention: typed } : undefined });
          }}
        />
      </Field>
    </FieldSet>
  );
}
