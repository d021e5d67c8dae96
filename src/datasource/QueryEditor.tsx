import type { QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Combobox, InlineField, Stack } from '@grafana/ui';
import { ofAllServices, queryTypes, type FaultlineQuery, type QueryType } from '../api/query';
import type { Settings } from '../api/settings';
import type { FaultlineDataSource } from './FaultlineDataSource';
import { NamePicker } from './NamePicker';

type Props = QueryEditorProps<FaultlineDataSource, FaultlineQuery, Settings>;

/** Asks what to show about which service. A question is sent when a choice is made, not with every letter. */
export function QueryEditor({ datasource, query, onChange, onRunQuery }: Props) {
  const change = (part: Partial<FaultlineQuery>) => onChange({ ...query, ...part });
  const choose = (part: Partial<FaultlineQuery>) => {
    change(part);
    onRunQuery();
  };
  const { queryType } = query;
  const numbers = numbersOf(queryType);
  return (
    <Stack wrap="wrap">
      <InlineField label={t('query.type', 'Show')}>
        <Combobox
          id={`${query.refId}-type`}
          width={30}
          options={typeOptions()}
          value={query.queryType}
          onChange={({ value }) => choose({ queryType: value, number: undefined })}
        />
      </InlineField>
      {numbers.length > 0 && (
        <InlineField
          label={t('query.number', 'Only')}
          tooltip={t('query.number-tooltip', 'A single number, for alert rules.')}
        >
          <Combobox
            id={`${query.refId}-number`}
            width={25}
            isClearable
            placeholder={t('query.number-placeholder', 'everything')}
            options={numbers.map((value) => ({ value }))}
            value={query.number ?? null}
            onChange={(chosen) => choose({ number: chosen?.value })}
          />
        </InlineField>
      )}
      {queryType !== 'services' && (
        <InlineField label={t('query.service', 'Service')} required={!ofAllServices.has(queryType)}>
          <NamePicker
            id={`${query.refId}-service`}
            placeholder={
              ofAllServices.has(queryType)
                ? t('query.service-placeholder', 'all services')
                : t('query.service-choose', 'choose or type')
            }
            value={query.service}
            known={() => datasource.services()}
            onChoose={(service) => choose({ service })}
          />
        </InlineField>
      )}
      {!ofAllServices.has(queryType) && (
        <InlineField label={t('query.operation', 'Operation')}>
          <NamePicker
            // Another service has other operations, which Grafana's list would not ask for again.
            key={query.service}
            id={`${query.refId}-operation`}
            placeholder={t('query.operation-placeholder', 'all operations')}
            value={query.operation}
            known={() => datasource.operations(query)}
            onChoose={(operation) => choose({ operation })}
          />
        </InlineField>
      )}
    </Stack>
  );
}

/** The numbers of a type; none of one that a dashboard's file misspells, so that it can be put right here. */
function numbersOf(queryType: string): readonly string[] {
  const numbers: Record<string, readonly string[] | undefined> = queryTypes;
  return numbers[queryType] ?? [];
}

function typeOptions(): Array<{ value: QueryType; label: string }> {
  const labels: Record<QueryType, string> = {
    findings: t('query.type-findings', 'All findings'),
    impact: t('query.type-impact', 'Impact'),
    'impact-series': t('query.type-impact-series', 'Impact over time'),
    onset: t('query.type-onset', 'Onset'),
    verdict: t('query.type-verdict', 'Verdict'),
    chain: t('query.type-chain', 'Timeline to the cause'),
    dependencies: t('query.type-dependencies', 'Dependencies'),
    'dependency-graph': t('query.type-dependency-graph', 'Dependency graph'),
    candidates: t('query.type-candidates', 'Candidate causes'),
    changes: t('query.type-changes', 'Changes around the onset'),
    recovery: t('query.type-recovery', 'Recovery criteria'),
    readiness: t('query.type-readiness', 'Readiness'),
    services: t('query.type-services', 'Services'),
    operations: t('query.type-operations', 'Operations of a service'),
    cases: t('query.type-cases', 'Cases'),
  };
  return (Object.keys(queryTypes) as QueryType[]).map((value) => ({ value, label: labels[value] }));
}
