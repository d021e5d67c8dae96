import { t } from '@grafana/i18n';
import { locationService } from '@grafana/runtime';
import { Alert, Field, LoadingPlaceholder, Stack } from '@grafana/ui';
import { useReadiness, type ReadinessReport } from '../../api/readiness';
import { EnvironmentPicker } from '../../cases/EnvironmentPicker';
import { HowWeKnow } from '../../evidence/HowWeKnow';
import { NotChecked } from '../../evidence/NotChecked';
import { formatInterval } from '../../format/formatInterval';
import { readinessPath } from '../../links/link';
import { EnvironmentPage } from '../EnvironmentPage';
import { ChangesThatHelp } from './ChangesThatHelp';
import { Matrix } from './Matrix';

/** Says for each service what an investigation of it could not find, and what to do about it first. */
export function ReadinessPage({ search }: { search: string }) {
  return (
    <EnvironmentPage
      title={t('readiness.title', 'Readiness')}
      subTitle={t(
        'readiness.subtitle',
        'Which prerequisites of a fast investigation are met, measured from the stores.'
      )}
      path={readinessPath}
      asked={new URLSearchParams(search).get('ds')}
      titleOf={(name) =>
        t('readiness.of-environment', 'Readiness of {{name}}', { name, interpolation: { escapeValue: false } })
      }
    >
      {(uid) => <Environment environment={uid} />}
    </EnvironmentPage>
  );
}

function Environment({ environment }: { environment: string }) {
  const { answer, failure } = useReadiness(environment);
  return (
    <Stack direction="column" gap={2}>
      <Stack direction="row">
        <Field noMargin label={t('readiness.environment', 'Environment')}>
          <EnvironmentPicker
            id="faultline-readiness-environment"
            current={environment}
            onChange={(uid) => locationService.partial({ ds: uid }, true)}
          />
        </Field>
      </Stack>
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
