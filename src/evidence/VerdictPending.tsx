import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Icon, useStyles2 } from '@grafana/ui';
import type { StepResult } from '../api/case.gen';
import { withMoments } from '../format/moments';
import { SentenceButton } from './SentenceButton';

interface Props {
  /** those that have ended, in the order in which they did */
  steps: StepResult[];
  /** Called with the key of the step that a person wants to see. */
  onSelect: (key: string) => void;
}

/**
 * Keeps the place of a verdict that is still to come, so that what stands below does not move far when it comes; until then
 * it has what is worst of what was found, the newest last, so that nothing that is read there moves either.
 */
export function VerdictPending({ steps, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const worst = steps.flatMap((step) =>
    step.findings
      .filter(({ severity }) => severity === 'critical')
      .map(({ id, sentence, moments }) => ({
        id,
        sentence: withMoments(sentence, moments),
        step: `${step.phase}/${step.id}`,
      }))
  );
  return (
    <section className={styles.panel} aria-label={t('evidence.verdict.label', 'Verdict')}>
      <p>
        <Trans i18nKey="evidence.verdict.pending">
          The verdict appears here once every phase is complete. Most severe finding so far:
        </Trans>
      </p>
      <ul className={styles.list}>
        {worst.map(({ id, sentence, step }) => (
          <li key={`${step} ${id}`} className={styles.item}>
            <Icon name="exclamation-circle" className={styles.icon} />
            <SentenceButton onClick={() => onSelect(step)}>{sentence}</SentenceButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  panel: css({
    // About what a verdict takes.
    height: theme.spacing(66),
    overflowY: 'auto',
    padding: theme.spacing(2),
    marginBottom: theme.spacing(3),
    color: theme.colors.text.secondary,
    border: `1px dashed ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
  }),
  list: css({ listStyle: 'none', margin: 0, padding: 0, color: theme.colors.text.primary }),
  item: css({ display: 'flex', gap: theme.spacing(1), paddingBottom: theme.spacing(0.75) }),
  icon: css({ flexShrink: 0, marginTop: theme.spacing(0.25), color: theme.colors.error.text }),
});
