import { t } from '@grafana/i18n';
import { ClipboardButton } from '@grafana/ui';

/** Copies a text as it is. */
export function CopyButton({ text, label = t('evidence.copy', 'Copy text') }: { text: string; label?: string }) {
  return (
    <ClipboardButton
      icon="copy"
      size="sm"
      variant="secondary"
      fill="text"
      getText={() => text}
      tooltip={label}
      aria-label={label}
    />
  );
}
