import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Icon, useStyles2 } from '@grafana/ui';
import type { StepResult } from '../api/case.gen';
import { stepKey } from '../api/progress';
import { stepCardId } from './StepCard';

interface Props {
  root: StepResult;
  /** The steps that needed what the root could not learn. */
  steps: StepResult[];
  onSelect: (key: string) => void;
}

/** Steps that could not look because another one could not: named each, with the way to the one that says why. */
export function NotCheckedBecause({ root, steps, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <section className={styles.card} aria-label={t('phases.not-checked-because.label', 'Not checked')}>
      <Icon name="question-circle" className={styles.icon} />
      <div>
        <Trans i18nKey="phases.not-checked-because.title">Not checked because of a failed prerequisite:</Trans>{' '}
        <button type="button" className={styles.root} onClick={() => onSelect(stepKey(root))}>
          {root.title}
        </button>
        <ul className={styles.steps}>
          {steps.map((step) => (
            <li key={step.id} id={stepCardId(stepKey(step))} tabIndex={-1}>
              {step.title}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  card: css({
    display: 'flex',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5, 2),
    border: `1px dashed ${theme.colors.warning.border}`,
    borderRadius: theme.shape.radius.default,
  }),
  icon: css({ color: theme.colors.warning.text, flexShrink: 0, marginTop: theme.spacing(0.25) }),
  root: css({ padding: 0, border: 'none', background: 'none', color: theme.colors.text.link, textAlign: 'left' }),
  steps: css({
    margin: theme.spacing(0.5, 0, 0),
    paddingLeft: theme.spacing(2.5),
    li: { scrollMarginTop: theme.spacing(10) },
  }),
});
