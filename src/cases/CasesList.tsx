import { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { locationService } from '@grafana/runtime';
import { Alert, Combobox, InlineField, Input, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import type { CaseList, CaseState, Level } from '../api/case.gen';
import { failureOf, type Failure } from '../api/failure';
import { PlainTable } from '../evidence/PlainTable';
import { hrefOf } from '../links/link';
import { casesUrl, caseUrl } from './caseLinks';
import { levelName, stateName } from './caseWords';
import { EnvironmentPicker } from './EnvironmentPicker';
import { listCases, type CaseFilter } from './requests';

const typingPause = 300; // ms
const states: CaseState[] = ['open', 'watched', 'recovered', 'closed'];
const verdicts: Level[] = ['likely', 'possible', 'no clear cause'];

interface Props {
  /** uid of the data source instance that keeps the cases */
  ds: string;
  /** of the address, which holds what the list is narrowed by */
  search: string;
}

/** The cases of an environment, the newest first, narrowed by what is typed and chosen. */
export function CasesList({ ds, search }: Props) {
  const [filter, setFilter] = useState(() => filterIn(search));
  const [list, setList] = useState<CaseList>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      keepInAddress(filter);
      listCases(ds, filter, controller.signal)
        .then((found) => {
          setFailure(undefined);
          setList(found);
        })
        .catch((error: unknown) => {
          if (!controller.signal.aborted) {
            setFailure(failureOf(error));
          }
        });
    }, typingPause);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [ds, filter]);
  return (
    <Stack direction="column">
      <InlineField label={t('cases.environment', 'Environment')}>
        <EnvironmentPicker
          id="faultline-cases-environment"
          current={ds}
          onChange={(uid) => locationService.push(casesUrl(uid))}
        />
      </InlineField>
      <Filters filter={filter} onChange={(part) => setFilter((before) => ({ ...before, ...part }))} />
      {failure ? (
        <Alert severity="error" title={failure.sentence}>
          {failure.advice}
        </Alert>
      ) : null}
      {list ? <Rows ds={ds} list={list} /> : null}
      {list || failure ? null : <LoadingPlaceholder text="" />}
    </Stack>
  );
}

function filterIn(search: string): CaseFilter {
  const params = new URLSearchParams(search);
  const text = (name: keyof CaseFilter) => params.get(name) ?? '';
  return { service: text('service'), state: text('state'), verdict: text('verdict'), text: text('text') };
}

/** So that whoever comes back from a case, or is sent a link, sees the same list. */
function keepInAddress(filter: CaseFilter): void {
  const params = new URLSearchParams(locationService.getLocation().search);
  const changed = Object.entries(filter).filter(
    ([name, value]: [string, string]) => (params.get(name) ?? '') !== value
  );
  if (changed.length > 0) {
    locationService.partial(
      Object.fromEntries(changed.map(([name, value]: [string, string]) => [name, value || null])),
      true
    );
  }
}

function Filters({ filter, onChange }: { filter: CaseFilter; onChange: (part: Partial<CaseFilter>) => void }) {
  const words = t('cases.search', 'Search titles');
  const service = t('cases.service', 'Service');
  const state = t('cases.state', 'State');
  const verdict = t('cases.verdict', 'Verdict');
  const any = t('cases.any', 'Any');
  return (
    <Stack wrap="wrap">
      <Input
        width={40}
        aria-label={words}
        placeholder={words}
        value={filter.text}
        onChange={({ currentTarget }) => onChange({ text: currentTarget.value })}
      />
      <Input
        width={30}
        aria-label={service}
        placeholder={service}
        value={filter.service}
        onChange={({ currentTarget }) => onChange({ service: currentTarget.value })}
      />
      <InlineField label={state} htmlFor="faultline-cases-state">
        <Combobox
          id="faultline-cases-state"
          width={20}
          isClearable
          placeholder={any}
          options={states.map((value) => ({ value, label: stateName(value) }))}
          value={filter.state || null}
          onChange={(chosen) => onChange({ state: chosen?.value ?? '' })}
        />
      </InlineField>
      <InlineField label={verdict} htmlFor="faultline-cases-verdict">
        <Combobox
          id="faultline-cases-verdict"
          width={20}
          isClearable
          placeholder={any}
          options={verdicts.map((value) => ({ value, label: levelName(value) }))}
          value={filter.verdict || null}
          onChange={(chosen) => onChange({ verdict: chosen?.value ?? '' })}
        />
      </InlineField>
    </Stack>
  );
}

function Rows({ ds, list }: { ds: string; list: CaseList }) {
  const styles = useStyles2(getStyles);
  return (
    <>
      {list.lasting ? null : (
        <Alert
          severity="warning"
          title={t(
            'cases.not-lasting',
            'These cases are kept in memory and lost when the backend stops. Set a token to keep them.'
          )}
        />
      )}
      {list.cases.length === 0 ? (
        <p>
          <Trans i18nKey="cases.none">No matching cases.</Trans>
        </p>
      ) : (
        <PlainTable
          label={t('cases.title', 'Cases')}
          headers={[
            t('cases.case', 'Case'),
            t('cases.state', 'State'),
            t('cases.verdict', 'Verdict'),
            t('cases.opened', 'Opened'),
          ]}
          rows={list.cases.map(({ id, title, state, verdict, opened }) => [
            <a key={id} className={styles.link} href={hrefOf(caseUrl(ds, id))}>
              {title}
            </a>,
            stateName(state),
            levelName(verdict),
            dateTimeFormat(opened),
          ])}
        />
      )}
      {list.more ? (
        <p>
          <Trans i18nKey="cases.more">There are older cases. Narrow the search to see them.</Trans>
        </p>
      ) : null}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({ link: css({ color: theme.colors.text.link }) });
