import type { DataSourceSettings } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Checkbox, Combobox, Field, Input, SecretInput, Stack, TextArea } from '@grafana/ui';
import {
  receiverTypes,
  secretsOf,
  type Receiver,
  type ReceiverSecret,
  type ReceiverType,
  type SecureSettings,
  type Settings,
} from '../api/settings';

const exampleUrl = 'https://events.example.com/alerts';
const exampleSecretUrl = 'https://hooks.slack.com/services/...';
const exampleAuthorization = 'Bearer ...';
const exampleTemplate = '{"title": {{ json .Summary }}, "link": {{ json .URL }}}';
const width = 40; // of eight pixels

interface Props {
  /** from one, among the receivers */
  place: number;
  receiver: Receiver;
  secrets: Pick<DataSourceSettings<Settings, SecureSettings>, 'secureJsonData' | 'secureJsonFields'>;
  onChange: (receiver: Receiver) => void;
  onSecret: (key: ReceiverSecret, value: string) => void;
  onRemove: () => void;
}

/** One receiver: what it is called, what it understands, where it is, and how to sign in. */
export function ReceiverFields({ place, receiver, secrets, onChange, onSecret, onRemove }: Props) {
  const id = `faultline-receiver-${place}`;
  return (
    <Stack wrap="wrap" alignItems="flex-start">
      <Field
        label={t('config.receiver-name', 'Name of receiver {{place}}', { place })}
        description={t('config.receiver-name-description', 'Lower-case letters, digits, hyphens.')}
      >
        <Input
          id={`${id}-name`}
          width={20}
          value={receiver.name}
          onChange={({ currentTarget }) => onChange({ ...receiver, name: currentTarget.value })}
        />
      </Field>
      <Field
        htmlFor={`${id}-type`}
        label={t('config.receiver-type', 'Type of receiver {{place}}', { place })}
        description={t('config.receiver-type-description', 'The message format it accepts.')}
      >
        <Combobox
          id={`${id}-type`}
          width={25}
          options={typeOptions()}
          value={receiver.type}
          onChange={({ value }) => onChange(ofType(receiver, value))}
        />
      </Field>
      {receiver.type !== 'slack' && (
        <Field
          label={t('config.receiver-url', 'URL of receiver {{place}}', { place })}
          description={t('config.receiver-url-description', 'Visible to everyone who can view these settings.')}
        >
          <Input
            id={`${id}-url`}
            type="url"
            width={width}
            placeholder={exampleUrl}
            value={receiver.url ?? ''}
            onChange={({ currentTarget }) => onChange({ ...receiver, url: currentTarget.value || undefined })}
          />
        </Field>
      )}
      <SecretFields id={id} place={place} receiver={receiver} secrets={secrets} onSecret={onSecret} />
      {receiver.type === 'json' && (
        <Field
          label={t('config.receiver-template', 'Template for receiver {{place}}', { place })}
          description={t(
            'config.receiver-template-description',
            'A Go template that produces JSON. Use the json function to write values.'
          )}
        >
          <TextArea
            id={`${id}-template`}
            rows={3}
            cols={60}
            placeholder={exampleTemplate}
            value={receiver.template ?? ''}
            onChange={({ currentTarget }) => onChange({ ...receiver, template: currentTarget.value || undefined })}
          />
        </Field>
      )}
      <Checkbox
        label={t('config.receiver-internal', 'Receiver {{place}} is in a private network', { place })}
        value={receiver.internal ?? false}
        onChange={({ currentTarget }) => onChange({ ...receiver, internal: currentTarget.checked || undefined })}
      />
      <Button variant="secondary" icon="trash-alt" onClick={onRemove}>
        {t('config.receiver-remove', 'Remove receiver {{place}}', { place })}
      </Button>
    </Stack>
  );
}

/** The address of a receiver, where that is a secret, and how to sign in. */
function SecretFields({
  id,
  place,
  receiver,
  secrets,
  onSecret,
}: Omit<Props, 'onChange' | 'onRemove'> & { id: string }) {
  const keys = secretsOf(receiver.name);
  const secret = (part: 'url' | 'authorization', placeholder: string) => (
    <SecretInput
      id={`${id}-secret-${part}`}
      width={width}
      placeholder={placeholder}
      isConfigured={Boolean(secrets.secureJsonFields[keys[part]])}
      value={secrets.secureJsonData?.[keys[part]] ?? ''}
      onChange={({ currentTarget }) => onSecret(keys[part], currentTarget.value)}
      onReset={() => onSecret(keys[part], '')}
    />
  );
  return (
    <>
      <Field
        label={t('config.receiver-secret-url', 'Secret URL of receiver {{place}}', { place })}
        description={t(
          'config.receiver-secret-url-description',
          'Use instead of the URL if the URL itself is a secret.'
        )}
      >
        {secret('url', exampleSecretUrl)}
      </Field>
      <Field
        label={t('config.receiver-authorization', 'Authorization for receiver {{place}}', { place })}
        description={t('config.receiver-authorization-description', 'Value of the Authorization header, if required.')}
      >
        {secret('authorization', exampleAuthorization)}
      </Field>
    </>
  );
}

/** A receiver of another type, without what belongs to the old one alone. */
function ofType({ template, url, ...rest }: Receiver, type: ReceiverType): Receiver {
  return { ...rest, type, url: type === 'slack' ? undefined : url, template: type === 'json' ? template : undefined };
}

function typeOptions(): Array<{ value: ReceiverType; label: string }> {
  const labels: Record<ReceiverType, string> = {
    webhook: t('config.receiver-type-webhook', 'Alertmanager webhook'),
    slack: t('config.receiver-type-slack', 'Slack-compatible text'),
    json: t('config.receiver-type-json', 'JSON from a template'),
  };
  return receiverTypes.map((value) => ({ value, label: labels[value] }));
}
