import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Icon, useStyles2 } from '@grafana/ui';
import { isOver, type Progress } from '../../api/progress';
import { CaseLog } from '../../cases/CaseLog';
import { withoutRepeats } from '../../cases/repeats';
import type { FollowedCase } from '../../cases/useCase';
import { CardBoundary } from '../../phases/CardBoundary';

interface Props {
  /** uid of the data source that keeps the case */
  ds: string;
  progress: Progress;
  followed: FollowedCase;
  /** It has a column of its own; else it is a line that opens. */
  isWide: boolean;
}

/** Whether there is a log, or why there is none, or one of them is still to come. */
export function hasLog(progress: Progress): boolean {
  return Boolean(progress.saved ?? progress.unsaved) || !isOver(progress);
}

/**
 * The log of the case that the investigation is kept in, or why it is not kept. Its place is there from the start, so that
 * nothing moves when it comes.
 */
export function SavedLog({ ds, progress: { saved, unsaved }, followed, isWide }: Props) {
  const styles = useStyles2(getStyles);
  if (unsaved) {
    return (
      <details className={styles.fold}>
        <summary className={styles.summary}>
          <Icon name="info-circle" /> {t('investigate.not-kept', 'Not saved as a case')}
        </summary>
        {[unsaved.sentence, unsaved.advice].filter(Boolean).join(' ')}
      </details>
    );
  }
  if (!saved) {
    return <div className={styles.fold}>{t('investigate.log-pending', 'Case log: opening')}</div>;
  }
  const log = (
    <CardBoundary title={t('investigate.log', 'Log')} content={saved.id}>
      <CaseLog ds={ds} id={saved.id} followed={followed} />
    </CardBoundary>
  );
  if (isWide) {
    return log;
  }
  const count = withoutRepeats(followed.saved?.entries ?? []).length;
  return (
    <details className={styles.fold}>
      <summary className={styles.summary}>
        {t('investigate.log-summary', 'Case log: {{count}} entries', {
          count,
          defaultValue_one: 'Case log: {{count}} entry',
        })}
      </summary>
      {log}
    </details>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  fold: css({
    padding: theme.spacing(1, 2),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
  summary: css({ cursor: 'pointer', '[open] > &': { marginBottom: theme.spacing(1) } }),
});
