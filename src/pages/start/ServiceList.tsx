import { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { useServices, type ServiceNumbers } from '../../api/services';
import { PlainTable } from '../../evidence/PlainTable';
import { formatValue } from '../../format/formatValue';
import { hrefOf, investigationUrl } from '../../links/link';
import { scopeOf } from '../../links/scope';
import { inScope } from '../investigate/inScope';
import { StartSection } from './StartSection';

const shownAtFirst = 8;

/** The services of an environment, the worst first, each one click from its investigation. */
export function ServiceList({ environment }: { environment: string }) {
  const styles = useStyles2(getStyles);
  const { answer, failure } = useServices(environment);
  const [all, setAll] = useState(false);
  const services = answer?.services ?? [];
  const shown = all ? services : services.slice(0, shownAtFirst);
  return (
    <StartSection title={t('start.services.title', 'Services, worst first')} failure={failure ?? answer?.doubt}>
      {!answer && !failure && <LoadingPlaceholder text="" />}
      {answer && !answer.doubt && services.length === 0 && (
        <p>
          {answer.metric
            ? t('start.services.silent', 'No service reported {{metric}} in the last hour. Enter one below.', {
                metric: answer.metric,
              })
            : t(
                'start.services.unknown',
                'Faultline found no known request metric in this environment. Open the data source and select "Save & test" to see which names it looked for.'
              )}
        </p>
      )}
      {shown.length > 0 && (
        <div className={styles.table}>
          <PlainTable
            label={t('start.services.title', 'Services, worst first')}
            headers={[
              t('start.services.service', 'Service'),
              t('start.services.errors', 'Errors (an hour before)'),
              t('start.services.rate', 'Requests (an hour before)'),
            ]}
            rows={shown.map((numbers) => rowOf(numbers, environment))}
          />
        </div>
      )}
      {shown.length < services.length && (
        <Button fill="text" size="sm" onClick={() => setAll(true)}>
          <Trans i18nKey="start.services.all" values={{ count: services.length }}>
            Show all {'{{count}}'} services
          </Trans>
        </Button>
      )}
    </StartSection>
  );
}

function rowOf(numbers: ServiceNumbers, environment: string) {
  const { service, errors, errorsBefore, rate, rateBefore } = numbers;
  const scope = inScope(numbers);
  return [
    <a key="service" href={hrefOf(investigationUrl({ ds: environment, service, ...scopeOf(numbers) }))}>
      {scope ? `${service} (${scope})` : service}
    </a>,
    compared(errors, errorsBefore, 'ratio'),
    compared(rate, rateBefore, '1/s'),
  ];
}

function compared(now: number | null, before: number | null, unit: 'ratio' | '1/s'): string {
  const say = (value: number | null) =>
    value === null ? t('start.services.unmeasured', 'not measured') : formatValue(value, unit);
  return `${say(now)} (${say(before)})`;
}

const getStyles = (theme: GrafanaTheme2) => ({
  table: css({ 'td, tbody th': { whiteSpace: 'nowrap' }, a: { color: theme.colors.text.link } }),
});
