import { useState, type FormEvent } from 'react';
import { css } from '@emotion/css';
import { dateTime, rangeUtil, type DataSourceInstanceSettings, type DateTime, type GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { locationService, PluginPage } from '@grafana/runtime';
import { Alert, Button, Field, Input, Stack, TimeRangeInput, useStyles2 } from '@grafana/ui';
import { listEnvironments } from '../../api/environments';
import type { Failure } from '../../api/failure';
import { EnvironmentPicker } from '../../cases/EnvironmentPicker';
import { NoEnvironment } from '../../cases/NoEnvironment';
import { investigationUrl, type InvestigationLink } from '../../links/link';
import { usePageNav } from '../../links/pageNav';
import { withoutOperation } from '../../links/subject';
import { FiringAlerts } from './FiringAlerts';
import { RecentCases } from './RecentCases';
import { ServiceList } from './ServiceList';
import { StartSection } from './StartSection';

const lastHour = { from: 'now-1h', to: 'now' };

interface Props {
  known?: InvestigationLink;
  /** why what the link is about could not be found out */
  failure?: Failure;
}

/** Asks what to investigate; what a link said already is filled in. */
export function StartPage({ known = {}, failure }: Props) {
  const environments = listEnvironments();
  const first = environments.find(({ uid }) => uid === known.ds) ?? environments[0];
  const pageNav = usePageNav(t('start.page', 'Investigate an incident'));
  return (
    <PluginPage
      pageNav={pageNav}
      subTitle={t('start.subtitle', 'What broke, since when, and why: in seconds, with every query shown.')}
    >
      {failure && (
        <Alert
          severity="warning"
          title={t('start.unasked', 'Could not resolve this link: {{sentence}}', {
            sentence: failure.sentence,
            interpolation: { escapeValue: false },
          })}
        >
          {failure.advice}
        </Alert>
      )}
      {first ? <Ways first={first} known={known} /> : <NoEnvironment />}
    </PluginPage>
  );
}

/** The ways into an investigation of the chosen environment; the form first where a link has begun to fill it in. */
function Ways({ first, known }: { first: DataSourceInstanceSettings; known: InvestigationLink }) {
  const styles = useStyles2(getStyles);
  const [environment, setEnvironment] = useState(first.uid);
  const isAsked = Object.keys(known).length > 0;
  return (
    <div className={styles.ways}>
      <div className={styles.column}>
        {!isAsked && <FiringAlerts environment={environment} />}
        {!isAsked && <ServiceList environment={environment} />}
      </div>
      <div className={styles.column}>
        <StartSection title={t('start.form.title', 'Investigate a service')}>
          <StartForm environment={environment} onEnvironment={setEnvironment} known={known} />
        </StartSection>
        {!isAsked && <RecentCases environment={environment} />}
      </div>
    </div>
  );
}

interface FormProps {
  /** uid of the data source that looks */
  environment: string;
  onEnvironment: (uid: string) => void;
  known: InvestigationLink;
}

function StartForm({ environment, onEnvironment, known }: FormProps) {
  const [service, setService] = useState(known.service ?? '');
  const [operation, setOperation] = useState(known.operation ?? '');
  const [window, setWindow] = useState(known.window ?? lastHour);

  const investigate = (event: FormEvent) => {
    event.preventDefault();
    const subject = { service: service.trim(), operation: operation.trim() };
    // An alert's labels name its operation again where the field does not.
    const labels = known.labels && !subject.operation ? withoutOperation(known.labels) : known.labels;
    locationService.push(investigationUrl({ ...known, labels, ds: environment, ...subject, window }));
  };

  return (
    <form onSubmit={investigate}>
      <Stack direction="column" maxWidth={60}>
        <Field noMargin label={t('start.environment', 'Environment')}>
          <EnvironmentPicker id="faultline-environment" current={environment} onChange={onEnvironment} />
        </Field>
        <TextField id="service" label={t('start.service', 'Service')} value={service} onChange={setService} required />
        <TextField
          id="operation"
          label={t('start.operation', 'Operation')}
          description={t(
            'start.operation-description',
            'The span name, for example POST /api/checkout. Leave empty for all.'
          )}
          value={operation}
          onChange={setOperation}
        />
        <Field noMargin label={t('start.window', 'Time range')}>
          <TimeRangeInput
            value={rangeUtil.convertRawToRange({ from: shownEnd(window.from), to: shownEnd(window.to) })}
            onChange={({ raw }) => setWindow({ from: rawEnd(raw.from), to: rawEnd(raw.to) })}
          />
        </Field>
        <div>
          <Button type="submit" icon="search" disabled={!service.trim()}>
            <Trans i18nKey="start.investigate">Investigate</Trans>
          </Button>
        </div>
      </Stack>
    </form>
  );
}

interface TextFieldProps {
  id: string;
  label: string;
  description?: string;
  value: string;
  required?: boolean;
  onChange: (value: string) => void;
}

function TextField({ id, label, description, value, required, onChange }: TextFieldProps) {
  return (
    <Field noMargin label={label} description={description} required={required} htmlFor={`faultline-${id}`}>
      <Input id={`faultline-${id}`} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
    </Field>
  );
}

// Grafana's range takes a number for a date that begins with a very late year.
function shownEnd(end: string): string | DateTime {
  return /^\d+$/.test(end) ? dateTime(Number(end)) : end;
}

function rawEnd(end: string | { toISOString: () => string }): string {
  return typeof end === 'string' ? end : end.toISOString();
}

const getStyles = (theme: GrafanaTheme2) => ({
  ways: css({
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)',
    gap: theme.spacing(2),
    [theme.breakpoints.down('md')]: { gridTemplateColumns: 'minmax(0, 1fr)' },
  }),
  column: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), '&:empty': { display: 'none' } }),
});
