import { t, Trans } from '@grafana/i18n';
import { ClipboardButton } from '@grafana/ui';

/** Copies the address, which holds subject, window and what is selected. */
export function ShareButton() {
  return (
    <ClipboardButton
      icon="share-alt"
      size="sm"
      variant="secondary"
      getText={() => window.location.href}
      tooltip={t('investigate.share.tooltip', 'Copy a link to this view: service, time range and selection')}
    >
      <Trans i18nKey="investigate.share.text">Share</Trans>
    </ClipboardButton>
  );
}
