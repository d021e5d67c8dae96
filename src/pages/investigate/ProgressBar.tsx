import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, useStyles2 } from '@grafana/ui';
import { isOver, type Progress } from '../../api/progress';
import type { Investigation } from '../../api/useInvestigation';
import { formatMilliseconds } from '../../format/formatDuration';
import { storesRead } from '../../format/storesRead';
import { formatInterval, formatZone } from '../../format/formatInterval';
import { Elapsed } from './Elapsed';
import { ExportMenu } from './ExportMenu';
import { ShareButton } from './ShareButton';

interface Props extends Investigation {
  /** whose resources write the case as a document */
  dataSourceUid: string;
}

/** How far the investigation is and what it has cost, and what can be done with it. */
export function ProgressBar({ progress, run, cancel, again, dataSourceUid }: Props) {
  const styles = useStyles2(getStyles);
  const { case: document } = progress;
  return (
    <div className={styles.bar}>
      <div>
        <div className={styles.scope}>{scopeOf(progress)}</div>
        <span role="status" aria-label={t('investigate.progress', 'Progress')}>
          {describe(progress)}
        </span>
        <Elapsed key={run} isRunning={!isOver(progress)} />
      </div>
      <div className={styles.actions}>
        <ShareButton />
        <ExportMenu document={document} dataSourceUid={dataSourceUid} />
        {isOver(progress) ? (
          <Button variant="secondary" size="sm" icon="sync" onClick={again}>
            {progress.state === 'done' ? (
              <Trans i18nKey="investigate.again">Run again</Trans>
            ) : (
              <Trans i18nKey="investigate.resume">Resume</Trans>
            )}
          </Button>
        ) : (
          <Button variant="secondary" size="sm" icon="times" onClick={cancel}>
            <Trans i18nKey="investigate.cancel">Cancel</Trans>
          </Button>
        )}
      </div>
    </div>
  );
}

function scopeOf({ case: document }: Progress): string {
  return document
    ? [document.environment, `${formatInterval(document.window)} ${formatZone(document.window.to)}`]
        .filter(Boolean)
        .join(' · ')
    : '';
}

function describe(progress: Progress): string {
  return [wordFor(progress), stepsOf(progress), costOf(progress), readOf(progress)].filter(Boolean).join(' · ');
}

function wordFor({ state }: Progress): string {
  const words: Record<Progress['state'], string> = {
    starting: t('investigate.state.starting', 'Starting'),
    running: t('investigate.state.running', 'Investigating'),
    done: t('investigate.state.done', 'Done'),
    failed: t('investigate.state.failed', 'Failed'),
    canceled: t('investigate.state.canceled', 'Canceled'),
  };
  return words[state];
}

function stepsOf({ plan, case: document, stale }: Progress): string {
  const ended = (document?.steps.length ?? 0) - (stale?.length ?? 0);
  return plan.length === 0
    ? ''
    : t('investigate.steps', '{{ended}} of {{planned}} steps', { ended, planned: plan.length });
}

function costOf({ case: document }: Progress): string {
  return document
    ? t('investigate.cost', '{{queries}} queries, {{time}}', {
        queries: document.cost.queries,
        time: formatMilliseconds(document.cost.milliseconds),
      })
    : '';
}

/** What the stores read for a finished investigation, as far as they say it. */
function readOf({ state, case: document }: Progress): string {
  const read = state === 'done' ? storesRead(document?.cost.read) : '';
  return read && t('investigate.read', 'the stores read {{read}}', { read, interpolation: { escapeValue: false } });
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(2),
    color: theme.colors.text.secondary,
  }),
  scope: css({ minHeight: '1lh' }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
