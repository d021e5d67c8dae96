import { t } from '@grafana/i18n';
import { FieldSet } from '@grafana/ui';
import { writtenSettings, type Settings, type WrittenSetting } from '../api/settings';
import { JsonField } from './JsonField';

interface Props {
  settings: Settings;
  onChange: (part: Partial<Settings>) => void;
}

const examples: Record<WrittenSetting, string> = {
  labels: '{ "service": "team_service", "namespace": "team_namespace", "pod": "team_pod" }',
  conventions: '{}',
  externals: '[{ "host": "*.stripe.com", "name": "Stripe", "statusPage": "https://status.stripe.com" }]',
  runbooks: '[{ "service": "payment-service", "url": "https://wiki.example.com/payment" }]',
  owners: '[{ "service": "payment-service", "owner": "Team Payments" }]',
  checks:
    '[{ "name": "Mails that wait", "language": "promql", "query": "sum(mail_queue_depth)", "sentence": "{value} mails wait.", "above": 100 }]',
};

/** What people know of their environment, as JSON; docs/settings.md and docs/conventions.md say what each can hold. */
export function KnowledgeFields({ settings, onChange }: Props) {
  const words = wordsOf();
  return (
    <FieldSet label={t('config.knowledge', 'What people know of it (JSON; Save & test names what is wrong)')}>
      {writtenSettings.map((setting) => (
        <JsonField
          key={setting}
          id={`faultline-${setting}`}
          label={words[setting].label}
          description={words[setting].description}
          example={examples[setting]}
          value={settings[setting]}
          onChange={(value) => onChange({ [setting]: value })}
        />
      ))}
    </FieldSet>
  );
}

function wordsOf(): Record<WrittenSetting, { label: string; description: string }> {
  return {
    labels: {
      label: t('config.labels', 'Labels'),
      description: t('config.labels-description', "What your team's labels are called, in metrics and logs."),
    },
    conventions: {
      label: t('config.conventions', 'Conventions'),
      description: t('config.conventions-description', 'Metrics to use where the usual ones are not.'),
    },
    externals: {
      label: t('config.externals', 'Hosts outside'),
      description: t('config.externals-description', 'Which hosts outside your services call, and their status pages.'),
    },
    runbooks: {
      label: t('config.runbooks', 'Runbooks'),
      description: t('config.runbooks-description', 'Addresses and commands for a service or an alert.'),
    },
    owners: {
      label: t('config.owners', 'Owners'),
      description: t('config.owners-description', 'Whose services are, shown beside a verdict that blames them.'),
    },
    checks: {
      label: t('config.checks', 'Own checks'),
      description: t('config.checks-description', 'Questions of your own that are asked in every investigation.'),
    },
  };
}
