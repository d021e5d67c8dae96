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
  annotations: '{ "tags": ["deploy", "feature-flag"] }',
  checks:
    '[{ "name": "Mails that wait", "language": "promql", "query": "sum(mail_queue_depth)", "sentence": "{value} mails wait.", "above": 100 }]',
};

/** What people know of their environment, as JSON; docs/settings.md and docs/conventions.md say what each can hold. */
export function KnowledgeFields({ settings, onChange }: Props) {
  const words = wordsOf();
  return (
    <FieldSet label={t('config.knowledge', 'Environment knowledge (JSON; Save & test reports errors)')}>
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
      description: t('config.labels-description', 'The label names your team uses in metrics and logs.'),
    },
    conventions: {
      label: t('config.conventions', 'Conventions'),
      description: t('config.conventions-description', 'Metric names to use where the standard ones do not exist.'),
    },
    externals: {
      label: t('config.externals', 'External dependencies'),
      description: t('config.externals-description', 'External hosts that your services call, and their status pages.'),
    },
    runbooks: {
      label: t('config.runbooks', 'Runbooks'),
      description: t('config.runbooks-description', 'URLs and commands for a service or an alert.'),
    },
    owners: {
      label: t('config.owners', 'Owners'),
      description: t(
        'config.owners-description',
        'Teams that own services, shown next to a verdict that names the service as the cause.'
      ),
    },
    annotations: {
      label: t('config.annotations', 'Annotations'),
      description: t('config.annotations-description', 'Tags of annotations in Grafana that mean a change.'),
    },
    checks: {
      label: t('config.checks', 'Custom checks'),
      description: t('config.checks-description', 'Your own queries, run in every investigation.'),
    },
  };
}
