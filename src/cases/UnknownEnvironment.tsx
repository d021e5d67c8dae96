import { t } from '@grafana/i18n';
import { Alert, LinkButton } from '@grafana/ui';
import { hrefOf } from '../links/link';

/** Stands in the place of a page about an environment that is not here, and leads to the same of one that is. */
export function UnknownEnvironment({ instead, path }: { instead: string; path: string }) {
  return (
    <Alert
      severity="error"
      title={t(
        'cases.unknown-environment',
        'This link points to an environment that does not exist here or that you are not allowed to see.'
      )}
    >
      <LinkButton variant="secondary" href={hrefOf(path)}>
        {instead}
      </LinkButton>
    </Alert>
  );
}
