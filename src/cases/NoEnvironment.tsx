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
          Add a data source of the type Faultline and tell it where this environment keeps its metrics, traces and logs.
        </Trans>
      </p>
      {maySetUp() ? (
        <LinkButton href={hrefOf(configPath)} variant="secondary">
          {t('start.no-environment.set-up', 'Set one up')}
        </LinkButton>
      ) : (
        <p>
          <Trans i18nKey="start.no-environment.who">An administrator of this organisation can set one up.</Trans>
        </p>
      )}
    </Alert>
  );
}
