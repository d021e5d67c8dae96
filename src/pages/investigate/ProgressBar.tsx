import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, useStyles2 } from '@grafana/ui';
import { isOver, type Progress } from '../../api/progress';
import type { Investigation } from '../../api/useInvestigation';
import { formatMilliseconds } from '../../format/formatDuration';
import { formatInterval } from '../../format/formatInterval';
import { Elapsed } from './Elapsed';

/** How far the investigation is and what it has cost, with the button that ends it or runs it again. */
export function ProgressBar({ progress, run, cancel, again }: Investigation) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.bar}>
      <div>
        <div className={styles.scope}>{scopeOf(progress)}</div>
        <span role="status">{describe(progress)}</span>
        <Elapsed key={run} isRunning={!isOver(progress)} />
      </div>
      {isOver(progress) ? (
        <Button variant="secondary" size="sm" icon="sync" onClick={again}>
          <Trans i18nKey="investigate.again">Run again</Trans>
        </Button>
      ) : (
        <Button variant="secondary" size="sm" icon="times" onClick={cancel}>
          <Trans i18nKey="investigate.cancel">Cancel</Trans>
        </Button>
      )}
    </div>
  );
}

function scopeOf({ case: document }: Progress): string {
  return document ? [document.environment, formatInterval(document.window)].filter(Boolean).join(' · ') : '';
}

function describe(progress: Progress): string {
  return [wordFor(progress), stepsOf(progress), costOf(progress)].filter(Boolean).join(' · ');
}

function wordFor({ state }: Progress): string {
  const words: Record<Progress['state'], string> = {
    starting: t('investigate.state.starting', 'Starting'),
    running: t('investigate.state.running', 'Investigating'),
    done: t('investigate.state.done', 'Done'),
    failed: t('investigate.state.failed', 'Failed'),
    cancelled: t('investigate.state.cancelled', 'Cancelled'),
  };
  return words[state];
}

function stepsOf(progress: Progress): string {
  const ended = progress.case?.steps.length ?? 0;
  return progress.plan.length === 0
    ? ''
    : t('investigate.steps', '{{ended}} of {{planned}} steps', { ended, planned: progress.plan.length });
}

function costOf({ case: document }: Progress): string {
  return document
    ? t('investigate.cost', '{{queries}} queries, {{time}}', {
        queries: document.cost.queries,
        time: formatMilliseconds(document.cost.milliseconds),
      })
    : '';
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(2),
    color: theme.colors.text.secondary,
    button: { flexShrink: 0 },
  }),
  scope: css({ minHeight: '1lh' }),
});
