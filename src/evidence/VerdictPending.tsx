import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';

/** Keeps the place of a verdict that is still to come, so that what stands below does not move far when it comes. */
export function VerdictPending() {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.panel} aria-label={t('evidence.verdict.label', 'Verdict')}>
      <Trans i18nKey="evidence.verdict.pending">
        The verdict stands here once every phase has been looked at. What is found until then stands below.
      </Trans>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    // About what a verdict takes.
    minHeight: theme.spacing(56),
    [theme.breakpoints.down('md')]: { minHeight: theme.spacing(20) },
    padding: theme.spacing(2),
    marginBottom: theme.spacing(3),
    color: theme.colors.text.secondary,
    border: `1px dashed ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
  }),
});
