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
    <FieldSet label={t('config.cases', 'How cases are kept')}>
      <Field
        label={t('config.masks', 'Masked as well')}
        description={t(
          'config.masks-description',
          'Regular expressions, one a line, of what is masked in saved cases beside tokens, passwords, keys and card numbers.'
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
        label={t('config.retention', 'Closed cases are deleted after')}
        description={t(
          'config.retention-description',
          'Hours, for example 8760h for a year; at least 24h. Empty keeps them for ever.'
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
