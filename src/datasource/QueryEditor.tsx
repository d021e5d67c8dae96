import type { QueryEditorProps } from '@grafana/data';
import { t } from '@grafana/i18n';
import { InlineField, Input, Stack } from '@grafana/ui';
import type { FindingsQuery } from '../api/query';
import type { Settings } from '../api/settings';
import type { FaultlineDataSource } from './FaultlineDataSource';

type Props = QueryEditorProps<FaultlineDataSource, FindingsQuery, Settings>;

/** Asks which service's findings to show. The question is sent when a field is left, not with every letter. */
export function QueryEditor({ query, onChange, onRunQuery }: Props) {
  const change = (part: Partial<FindingsQuery>) => onChange({ ...query, queryType: 'findings', ...part });
  return (
    <Stack wrap="wrap">
      <InlineField label={t('query.service', 'Service')} required>
        <Input
          id={`${query.refId}-service`}
          value={query.service ?? ''}
          onChange={({ currentTarget }) => change({ service: currentTarget.value })}
          onBlur={onRunQuery}
        />
      </InlineField>
      <InlineField label={t('query.operation', 'Operation')}>
        <Input
          id={`${query.refId}-operation`}
          placeholder={t('query.operation-placeholder', 'all operations')}
          value={query.operation ?? ''}
          onChange={({ currentTarget }) => change({ operation: currentTarget.value })}
          onBlur={onRunQuery}
        />
      </InlineField>
    </Stack>
  );
}
