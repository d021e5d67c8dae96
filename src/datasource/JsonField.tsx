import { useState } from 'react';
import { t } from '@grafana/i18n';
import { Field, TextArea } from '@grafana/ui';

interface Props {
  id: string;
  label: string;
  description: string;
  example: string;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** A setting that is written as JSON. What cannot be read is named, kept in the field, and not taken over. */
export function JsonField({ id, label, description, example, value, onChange }: Props) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, undefined, 2)));
  const [error, setError] = useState<string>();
  const change = (typed: string) => {
    setText(typed);
    if (!typed.trim()) {
      setError(undefined);
      onChange(undefined);
      return;
    }
    try {
      onChange(JSON.parse(typed));
      setError(undefined);
    } catch (thrown) {
      setError(
        t('config.not-json', 'Not saved: invalid JSON: {{reason}}', {
          reason: thrown instanceof Error ? thrown.message : '',
          interpolation: { escapeValue: false },
        })
      );
    }
  };
  return (
    <Field htmlFor={id} label={label} description={description} error={error} invalid={Boolean(error)}>
      <TextArea
        id={id}
        rows={text ? Math.min(text.split('\n').length + 1, 15) : 3}
        placeholder={example}
        value={text}
        onChange={({ currentTarget }) => change(currentTarget.value)}
      />
    </Field>
  );
}
