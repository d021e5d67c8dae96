import { useCallback, useEffect, useState } from 'react';
import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { getDataSourceSrv } from '@grafana/runtime';
import { Alert, LinkButton, LoadingPlaceholder, Stack } from '@grafana/ui';
import { failureOf, type Failure } from '../api/failure';
import { hrefOf, startPath } from '../links/link';
import { ConnectForm } from './ConnectForm';
import { discover, type Listed } from './discover';
import { readOrganization, setupsOf, type Account } from './setups';
import { SetupList } from './SetupList';

interface Organization {
  dataSources: Listed[];
  accounts: Account[];
}

/** Sets environments up with an administrator's own session, and takes them away again. */
export default function ConnectPage({ plugin }: PluginConfigPageProps<AppPluginMeta>) {
  const [organization, setOrganization] = useState<Organization>();
  const [failure, setFailure] = useState<Failure>();
  const read = useCallback(async () => {
    try {
      setOrganization(await readOrganization());
      setFailure(undefined);
    } catch (error) {
      setFailure(failureOf(error));
    }
  }, []);
  const changed = useCallback(async () => {
    try {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- its successor is missing from hosts before 13.1
      await getDataSourceSrv().reload();
      await read();
    } catch (error) {
      setFailure(failureOf(error));
    }
  }, [read]);
  // eslint-disable-next-line react-hooks/set-state-in-effect -- the state is set when Grafana has answered
  useEffect(() => void read(), [read]);

  if (failure) {
    return (
      <Alert severity="error" title={failure.sentence}>
        {failure.advice}
      </Alert>
    );
  }
  if (!organization) {
    return <LoadingPlaceholder text={t('connect.reading', "Reading this organization's data sources")} />;
  }
  const setups = setupsOf(organization.dataSources, organization.accounts);
  return (
    <Stack direction="column" gap={3}>
      {setups.length > 0 && (
        <section>
          <h3>
            <Trans i18nKey="connect.setups">Environments in this organization</Trans>
          </h3>
          <SetupList setups={setups} onChange={changed} />
          <LinkButton href={hrefOf(startPath)} icon="search" variant="secondary">
            {t('connect.start', 'Investigate')}
          </LinkButton>
        </section>
      )}
      <section>
        <h3>
          <Trans i18nKey="connect.new">Set up an environment</Trans>
        </h3>
        <ConnectForm found={discover(organization.dataSources)} setups={setups} app={plugin.meta} onChange={changed} />
      </section>
    </Stack>
  );
}
