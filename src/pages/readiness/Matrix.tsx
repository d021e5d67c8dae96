import { useMemo, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Button, Field, InteractiveTable, Input, RadioButtonGroup, Stack, useStyles2, type Column } from '@grafana/ui';
import { factorNames, type FactorName, type FactorState, type ServiceReadiness } from '../../api/readiness';
import { saveFile } from '../../format/saveFile';
import { hrefOf, investigationUrl } from '../../links/link';
import { csvOf } from './csv';
import { ServiceCard } from './ServiceCard';
import { StateMark } from './StateMark';
import { nameOf } from './words';

interface Props {
  /** the least ready first */
  services: ServiceReadiness[];
  environment: string;
}

const anything = 'any';
const pageSize = 50;

/** Services by factors: the least ready first, to be filtered, sorted and saved. A row unfolds to all that is known of its service. */
export function Matrix({ services, environment }: Props) {
  const styles = useStyles2(getStyles);
  const [text, setText] = useState('');
  const [lacking, setLacking] = useState<FactorName | typeof anything>(anything);
  const shown = useMemo(
    () => services.filter((service) => hasName(service, text) && (lacking === anything || lacks(service, lacking))),
    [services, text, lacking]
  );
  const columns = useMemo(() => columnsOf(environment), [environment]);
  return (
    <Stack direction="column" gap={1}>
      <Stack wrap="wrap" alignItems="end">
        <Field noMargin label={t('readiness.filter', 'Filter services')}>
          <Input
            id="faultline-readiness-filter"
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
            width={30}
          />
        </Field>
        <Field noMargin label={t('readiness.lacking', 'Not in place')}>
          <RadioButtonGroup options={optionsOf()} value={lacking} onChange={setLacking} />
        </Field>
        <Button
          variant="secondary"
          icon="download-alt"
          onClick={() => saveFile('readiness.csv', 'text/csv;charset=utf-8', csvOf(shown))}
        >
          {t('readiness.save', 'Save as CSV')}
        </Button>
      </Stack>
      <div role="status">
        {t('readiness.shown', '{{shown}} of {{all}} services', { shown: shown.length, all: services.length })}
      </div>
      <div className={styles.scroll} data-testid="readiness">
        <InteractiveTable
          className={styles.table}
          columns={columns}
          data={shown}
          getRowId={({ service }: ServiceReadiness) => service}
          pageSize={pageSize}
          renderExpandedRow={(service: ServiceReadiness) => <ServiceCard service={service} environment={environment} />}
        />
      </div>
    </Stack>
  );
}

const hasName = ({ service }: ServiceReadiness, text: string) =>
  service.toLowerCase().includes(text.trim().toLowerCase());

const lacks = (service: ServiceReadiness, factor: FactorName) =>
  ['missing', 'partly'].includes(stateOf(service, factor));

function stateOf({ factors }: ServiceReadiness, name: FactorName): FactorState {
  return factors.find(({ factor }) => factor === name)?.state ?? 'not checked';
}

function optionsOf() {
  return [
    { value: anything as FactorName | typeof anything, label: t('readiness.anything', 'All services') },
    ...factorNames.map((factor) => ({ value: factor, label: nameOf(factor) })),
  ];
}

/** In this order a column is sorted; what nobody could look at is no better than what is there in part. */
const order: FactorState[] = ['missing', 'partly', 'not checked', 'ready'];

function columnsOf(environment: string): Array<Column<ServiceReadiness>> {
  return [
    {
      id: 'service',
      header: t('readiness.service', 'Service'),
      sortType: ({ original: a }, { original: b }) => a.service.localeCompare(b.service),
      cell: ({ row: { original } }) => (
        <a href={hrefOf(investigationUrl({ ds: environment, service: original.service }))}>{original.service}</a>
      ),
    },
    ...factorNames.map<Column<ServiceReadiness>>((factor) => ({
      id: factor,
      header: nameOf(factor),
      sortType: ({ original: a }, { original: b }) =>
        order.indexOf(stateOf(a, factor)) - order.indexOf(stateOf(b, factor)),
      cell: ({ row: { original } }) => <StateMark state={stateOf(original, factor)} />,
    })),
    {
      id: 'first',
      header: t('readiness.first-column', 'Most useful fix'),
      cell: ({ row: { original } }) => <>{original.first ? nameOf(original.first) : ''}</>,
    },
  ];
}

const getStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflowX: 'auto' }),
  table: css({
    'td, th': { whiteSpace: 'nowrap' },
    'td section, td:last-child': { whiteSpace: 'normal' },
    a: { color: theme.colors.text.link },
  }),
});
