import { urlUtil } from '@grafana/data';
import { t } from '@grafana/i18n';
import { DataSourcePicker, locationService, PluginPage } from '@grafana/runtime';
import { Alert, Field, LoadingPlaceholder, Stack } from '@grafana/ui';
import { listEnvironments, onlyOf } from '../../api/environments';
import { dataSourceType } from '../../api/pluginIds';
import { useReadiness, type ReadinessReport } from '../../api/readiness';
import { NoEnvironment } from '../../cases/NoEnvironment';
import { UnknownEnvironment } from '../../cases/UnknownEnvironment';
import { HowWeKnow } from '../../evidence/HowWeKnow';
import { NotChecked } from '../../evidence/NotChecked';
import { formatInterval } from '../../format/formatInterval';
import { readinessPath } from '../../links/link';
import { ChangesThatHelp } from './ChangesThatHelp';
import { Matrix } from './Matrix';

/** Says for each service what an investigation of it could not find, and what to do about it first. */
export function ReadinessPage({ search }: { search: string }) {
  const asked = new URLSearchParams(search).get('ds');
  const environments = listEnvironments();
  const named = environments.find(({ uid }) => uid === asked);
  const first = named ?? environments[0];
  const isHere = !asked || named !== undefined;
  return (
    <PluginPage
      renderTitle={() => <h1>{t('readiness.title', 'Readiness')}</h1>}
      subTitle={t(
        'readiness.subtitle',
        'Which prerequisites of a fast investigation are met, measured from the stores.'
      )}
    >
      {!first && <NoEnvironment />}
      {first && isHere && <Environment environment={first.uid} />}
      {first && !isHere && (
        <UnknownEnvironment
          instead={t('readiness.of-environment', 'Readiness of {{name}}', {
            name: first.name,
            interpolation: { escapeValue: false },
          })}
          path={urlUtil.renderUrl(readinessPath, { ds: first.uid })}
        />
      )}
    </PluginPage>
  );
}

function Environment({ environment }: { environment: string }) {
  const { answer, failure } = useReadiness(environment);
  return (
    <Stack direction="column" gap={2}>
      <Field noMargin label={t('readiness.environment', 'Environment')}>
        <DataSourcePicker
          inputId="faultline-readiness-environment"
          {...onlyOf(dataSourceType)}
          current={environment}
          onChange={({ uid }) => locationService.partial({ ds: uid }, true)}
          noDefault
        />
      </Field>
      {failure && <NotChecked reason={failure.sentence} advice={failure.advice} />}
      {!answer && !failure && <LoadingPlaceholder text={t('readiness.looking', 'Querying the stores…')} />}
      {answer && <Report report={answer} environment={environment} />}
    </Stack>
  );
}

function Report({ report, environment }: { report: ReadinessReport; environment: string }) {
  const { services, problems, queries, window } = report;
  return (
    <>
      <div>
        {t('readiness.window', '{{count}} services that reported requests or sent spans in {{interval}}.', {
          count: services.length,
          interval: formatInterval(window),
          interpolation: { escapeValue: false },
        })}
      </div>
      {problems.map((problem) => (
        <Alert
          key={problem}
          severity="warning"
          title={t('readiness.incomplete', 'Services may be missing from this list.')}
          bottomSpacing={0}
        >
          {problem}
        </Alert>
      ))}
      <ChangesThatHelp services={services} />
      {services.length > 0 && <Matrix services={services} environment={environment} />}
      <HowWeKnow step={{ findings: [], queries }} />
    </>
  );
}
