import { t } from '@grafana/i18n';
import { Alert } from '@grafana/ui';

interface Props {
  reason?: string;
  advice?: string;
  /** What could not be looked at either, because of this. */
  kept?: string[];
}

/** Something that could not be looked at: why, and what to do about it. It is no smaller than a finding. */
export function NotChecked({ reason, advice, kept = [] }: Props) {
  const title = reason ?? t('evidence.not-checked.no-reason', 'Not checked. The backend gave no reason.');
  const also = t('evidence.not-checked.kept', 'These steps depend on it and were not checked either: {{steps}}.', {
    steps: kept.join(', '),
    interpolation: { escapeValue: false },
  });
  return (
    <Alert severity="warning" title={title} bottomSpacing={0}>
      {advice && <div>{advice}</div>}
      {kept.length > 0 && <div>{also}</div>}
    </Alert>
  );
}
