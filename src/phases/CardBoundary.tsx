import type { ReactNode } from 'react';
import { t } from '@grafana/i18n';
import { Alert, ErrorBoundary } from '@grafana/ui';

interface Props {
  /** what the card is called, for whoever misses it */
  title: string;
  /** what it shows; something else is drawn anew */
  content: unknown;
  children: ReactNode;
}

/** Holds a card that cannot be drawn, so that it says so in its place and all others stay. */
export function CardBoundary({ title, content, children }: Props) {
  return (
    <ErrorBoundary boundaryName="faultline-card" dependencies={[content]}>
      {({ error }) =>
        error ? (
          <Alert
            severity="error"
            title={t('phases.card.broken', '"{{title}}" cannot be shown.', {
              title,
              interpolation: { escapeValue: false },
            })}
          >
            {t(
              'phases.card.advice',
              'The findings are in the case, which you can export. This is a bug in Faultline. Please report it: {{reason}}',
              { reason: error.message, interpolation: { escapeValue: false } }
            )}
          </Alert>
        ) : (
          children
        )
      }
    </ErrorBoundary>
  );
}
