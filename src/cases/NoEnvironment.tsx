import { t, Trans } from '@grafana/i18n';
import { Alert, LinkButton } from '@grafana/ui';
import { maySetUp } from '../evidence/permissions';
import { configPath, hrefOf } from '../links/link';

/** Stands in the place of any page that needs an environment while there is none, and leads to where one is set up. */
export function NoEnvironment() {
  return (
    <Alert severity="info" title={t('start.no-environment.title', 'No environment is set up yet.')}>
      <p>
        <Trans i18nKey="start.no-environment.advice">
          Add a Faultline data source and select this environment's metrics, traces and logs stores.
        </Trans>
      </p>
      {maySetUp() ? (
        <LinkButton href={hrefOf(configPath)} variant="secondary">
          {t('start.no-environment.set-up', 'Set up an environment')}
        </LinkButton>
      ) : (
        <p>
          <Trans i18nKey="start.no-environment.who">Ask an administrator of this organization to set one up.</Trans>
        </p>
      )}
    </Alert>
  );
}
