import { useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, useStyles2 } from '@grafana/ui';
import { failureOf, type Failure } from '../../api/failure';
import { readInhibition, type Inhibition, type StormAlert } from '../../api/storms';
import { CopyButton } from '../../evidence/CopyButton';
import { HowWeKnow } from '../../evidence/HowWeKnow';
import { NotChecked } from '../../evidence/NotChecked';

interface Props {
  environment: string;
  /** alerts of the cause's own services, and those that follow from them */
  sources: StormAlert[];
  targets: StormAlert[];
}

/** Proposes the rule that would have kept the other alerts quiet, once somebody asks for it: it reads a month of alerts. */
export function InhibitionRule({ environment, sources, targets }: Props) {
  const styles = useStyles2(getStyles);
  const [isAsking, setAsking] = useState(false);
  const [answer, setAnswer] = useState<Inhibition>();
  const [failure, setFailure] = useState<Failure>();
  if (sources.length === 0 || targets.length === 0) {
    return null;
  }
  const ask = () => {
    setAsking(true);
    setFailure(undefined);
    readInhibition(environment, sources, targets)
      .then(setAnswer, (error: unknown) => setFailure(failureOf(error)))
      .finally(() => setAsking(false));
  };
  return (
    <div>
      {!answer && (
        <Button
          size="sm"
          variant="secondary"
          icon={isAsking ? 'spinner' : 'bell-slash'}
          disabled={isAsking}
          onClick={ask}
        >
          <Trans i18nKey="storm.rule.ask">Propose an inhibition rule</Trans>
        </Button>
      )}
      {failure && <NotChecked reason={failure.sentence} advice={failure.advice} />}
      {answer && (
        <>
          <h3 className={styles.title}>
            <Trans i18nKey="storm.rule.title">Inhibition rule for Alertmanager</Trans>
            <CopyButton text={answer.yaml} label={t('storm.rule.copy', 'Copy the rule')} />
          </h3>
          <pre className={styles.yaml}>{answer.yaml}</pre>
          <p className={styles.trial}>
            {answer.trial.sentence}{' '}
            {answer.leftOut > 0 &&
              t(
                'storm.rule.left-out',
                'For {{count}} alerts no rule can be written: none of their labels names the service.',
                {
                  count: answer.leftOut,
                }
              )}
          </p>
          <HowWeKnow step={{ findings: [], queries: answer.trial.queries }} />
        </>
      )}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h6, margin: 0, display: 'flex', alignItems: 'center', gap: theme.spacing(1) }),
  yaml: css({
    ...theme.typography.bodySmall,
    fontFamily: theme.typography.fontFamilyMonospace,
    margin: theme.spacing(0.5, 0),
    overflowX: 'auto',
  }),
  trial: css({ margin: 0 }),
});
