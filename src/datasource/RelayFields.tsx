import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Field, FieldSet, Input, TextLink } from '@grafana/ui';
import { secretsOf, type Receiver, type Relay, type SecureSettings, type Settings } from '../api/settings';
import { ReceiverFields } from './ReceiverFields';

const documentation = 'https://github.com/faultline-investigation/faultline/blob/main/docs/alerts.md';
const exampleDeadline = '20s';

type Props = DataSourcePluginOptionsEditorProps<Settings, SecureSettings>;

/** Where alerts are passed on to with their verdict. */
export function RelayFields({ options, onOptionsChange }: Props) {
  const relay = options.jsonData.relay ?? {};
  const receivers = relay.receivers ?? [];
  const change = (part: Partial<Relay>, secrets: Partial<SecureSettings> = {}) =>
    onOptionsChange({
      ...withSecrets(options, secrets),
      jsonData: { ...options.jsonData, relay: tidy({ ...relay, ...part }) },
    });
  const replace = (old: Receiver, receiver: Receiver) =>
    change({ receivers: receivers.map((r) => (r === old ? receiver : r)) }, moved(options, old, receiver));
  return (
    <FieldSet label={t('config.relay', 'Forward alerts with their verdict')}>
      <Field
        label={t('config.relay-deadline', 'Deadline for the verdict')}
        description={t(
          'config.relay-deadline-description',
          'After this time an alert is forwarded without a verdict. Defaults to 20s; Grafana waits at most 30 s.'
        )}
      >
        <Input
          id="faultline-relay-deadline"
          width={20}
          placeholder={exampleDeadline}
          value={relay.deadline ?? ''}
          onChange={({ currentTarget }) => change({ deadline: currentTarget.value.trim() || undefined })}
        />
      </Field>
      {receivers.map((receiver, at) => (
        <ReceiverFields
          key={at} // the place is what stays the same while a name is typed
          place={at + 1}
          receiver={receiver}
          secrets={options}
          onChange={(changed) => replace(receiver, changed)}
          onSecret={(key, value) => onOptionsChange(withSecrets(options, { [key]: value }))}
          onRemove={() => change({ receivers: receivers.filter((_, i) => i !== at) }, forgotten(options, receiver))}
        />
      ))}
      <Button
        variant="secondary"
        icon="plus"
        onClick={() =>
          change({ receivers: [...receivers, { name: `receiver-${receivers.length + 1}`, type: 'webhook' }] })
        }
      >
        {t('config.relay-add', 'Add receiver')}
      </Button>{' '}
      <TextLink href={documentation} external inline>
        {t('config.relay-documentation', 'How to route alerts to Faultline, with a fallback')}
      </TextLink>
    </FieldSet>
  );
}

type Options = Props['options'];

/** Secrets that were typed; an empty one takes a stored one away. */
function withSecrets(options: Options, secrets: Partial<SecureSettings>): Options {
  const stored = Object.keys(secrets).filter((key) => options.secureJsonFields[key]);
  const all = Object.entries({ ...options.secureJsonData, ...secrets }).filter(([, value]) => value !== undefined);
  return {
    ...options,
    secureJsonData: Object.fromEntries(all),
    secureJsonFields: { ...options.secureJsonFields, ...Object.fromEntries(stored.map((key) => [key, false])) },
  };
}

/** A receiver that is gone leaves no secrets behind: what is stored is emptied, and what was typed is not kept. */
function forgotten({ secureJsonFields }: Options, { name }: Receiver): Partial<SecureSettings> {
  return Object.fromEntries(Object.values(secretsOf(name)).map((key) => [key, secureJsonFields[key] ? '' : undefined]));
}

/** What was typed goes with a new name. What is stored cannot, since nobody can read it. */
function moved(options: Options, old: Receiver, { name }: Receiver): Partial<SecureSettings> {
  if (old.name === name) {
    return {};
  }
  const typed = Object.fromEntries(
    (['url', 'authorization'] as const).flatMap((part) => {
      const value = options.secureJsonData?.[secretsOf(old.name)[part]];
      return value ? [[secretsOf(name)[part], value]] : [];
    })
  );
  return { ...forgotten(options, old), ...typed };
}

/** Without receivers and a deadline there is no such setting. */
function tidy({ deadline, receivers }: Relay): Relay | undefined {
  return deadline || receivers?.length ? { deadline, receivers } : undefined;
}
