import { useState } from 'react';
import { css } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { locationService } from '@grafana/runtime';
import { Alert, Button, Field, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import { useStorm, type Storm } from '../../api/storms';
import { EnvironmentPicker } from '../../cases/EnvironmentPicker';
import { HowWeKnow } from '../../evidence/HowWeKnow';
import { NotChecked } from '../../evidence/NotChecked';
import { stormPath } from '../../links/link';
import { EnvironmentPage } from '../EnvironmentPage';
import { CauseSection } from './CauseSection';
import { CallGraph } from './CallGraph';
import { InvestigationList } from './InvestigationList';
import { OtherAlerts } from './OtherAlerts';
import { StormTimeline } from './StormTimeline';

/** Gives all alerts that fire one answer: which cause explains which, and what stays unexplained. */
export function StormPage({ search }: { search: string }) {
  const params = new URLSearchParams(search);
  return (
    <EnvironmentPage
      title={t('storm.title', 'Storm')}
      subTitle={t(
        'storm.subtitle',
        'One answer for all alerts that fire: which cause explains which, and which none does.'
      )}
      path={stormPath}
      asked={params.get('ds')}
      titleOf={(name) =>
        t('storm.of-environment', 'Storm of {{name}}', { name, interpolation: { escapeValue: false } })
      }
    >
      {(uid) => <Environment environment={uid} at={momentOf(params.get('at'))} />}
    </EnvironmentPage>
  );
}

/** The moment that an address names, in milliseconds since 1970 or as a date with time; undefined for now. */
function momentOf(text: string | null): string | undefined {
  const time = new Date(/^\d+$/.test(text ?? '') ? Number(text) : (text ?? ''));
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function Environment({ environment, at }: { environment: string; at?: string }) {
  const [attempt, setAttempt] = useState(0);
  const { storm, failure, withoutGrafana } = useStorm(environment, at, attempt);
  return (
    <Stack direction="column" gap={2}>
      <Stack direction="row" gap={1} alignItems="end" wrap="wrap">
        <Field noMargin label={t('storm.environment', 'Environment')}>
          <EnvironmentPicker
            id="faultline-storm-environment"
            current={environment}
            onChange={(uid) => locationService.partial({ ds: uid }, true)}
          />
        </Field>
        <Button
          variant="secondary"
          icon="sync"
          disabled={!storm?.done && !failure}
          onClick={() => setAttempt((n) => n + 1)}
        >
          <Trans i18nKey="storm.again">Look again</Trans>
        </Button>
        {at && (
          <Button variant="secondary" fill="text" onClick={() => locationService.partial({ at: null }, true)}>
            <Trans i18nKey="storm.now">Show what fires now</Trans>
          </Button>
        )}
      </Stack>
      {failure && <NotChecked reason={failure.sentence} advice={failure.advice} />}
      {withoutGrafana && (
        <Alert
          severity="info"
          title={t('storm.without-grafana', "Grafana's own alerts are not among these.")}
          bottomSpacing={0}
        >
          {withoutGrafana.sentence} {withoutGrafana.advice}
        </Alert>
      )}
      {!storm && !failure && <LoadingPlaceholder text={t('storm.reading', 'Reading what fires…')} />}
      {storm && <Answer storm={storm} environment={environment} />}
    </Stack>
  );
}

function Answer({ storm, environment }: { storm: Storm; environment: string }) {
  const styles = useStyles2(getStyles);
  const { at, sentence, causes, problems, queries, done, leftOut } = storm;
  return (
    <>
      <div role="status">
        <h2 className={styles.sentence}>{sentence}</h2>
        <div className={styles.context}>
          {t('storm.at', 'Alerts at {{time}}.', { time: dateTimeFormat(at) })}{' '}
          {!done && (
            <Trans i18nKey="storm.looking">Services are being investigated; this takes up to half a minute.</Trans>
          )}{' '}
          {leftOut > 0 && t('storm.left-out', '{{count}} more alerts are not looked at.', { count: leftOut })}
        </div>
      </div>
      {problems.map((problem) => (
        <Alert
          key={problem}
          severity="warning"
          title={t('storm.incomplete', 'This may not be the whole answer.')}
          bottomSpacing={0}
        >
          {problem}
        </Alert>
      ))}
      {causes.map((cause) => (
        <CauseSection key={cause.id} cause={cause} storm={storm} environment={environment} />
      ))}
      <OtherAlerts
        title={t('storm.unexplained', 'Not explained')}
        alerts={storm.unexplained}
        storm={storm}
        environment={environment}
      />
      <OtherAlerts
        title={t('storm.unplaced', 'Not on the call graph')}
        alerts={storm.unplaced}
        storm={storm}
        environment={environment}
      />
      <StormTimeline storm={storm} />
      <CallGraph storm={storm} />
      <InvestigationList investigated={storm.investigated} environment={environment} />
      <HowWeKnow step={{ findings: [], queries }} />
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  sentence: css({ ...theme.typography.h3, margin: 0 }),
  context: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary }),
});
