import { t } from '@grafana/i18n';
import { Alert } from '@grafana/ui';

/** Something that could not be looked at: why, and what to do about it. It is no smaller than a finding. */
export function NotChecked({ reason, advice }: { reason?: string; advice?: string }) {
  const title = reason ?? t('evidence.not-checked.no-reason', 'This was not checked; the backend gave no reason.');
  return (
    <Alert severity="warning" title={title}>
      {advice}
    </Alert>
  );
}
