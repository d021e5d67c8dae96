import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, useStyles2 } from '@grafana/ui';
import type { PracticePhase, StepResult } from '../../api/case.gen';
import { CardBoundary } from '../../phases/CardBoundary';
import { phaseTitle } from '../../phases/phases';
import { StepCard } from '../../phases/StepCard';
import { useKeptFocus } from '../../phases/useKeptFocus';
import { clockFace } from './clock';

interface Props {
  phase: PracticePhase;
  /** ms */
  spent: number;
  isCurrent: boolean;
  revealed: ReadonlyMap<string, StepResult>;
  onEnter: () => void;
  onAsk: (key: string) => void;
}

/** One phase of a practice: its clock, what can be asked for, and what was. */
export function PracticePhaseSection({ phase, spent, isCurrent, revealed, onEnter, onAsk }: Props) {
  const styles = useStyles2(getStyles);
  const { name, question } = phaseTitle(phase.phase);
  const asked = [...revealed].filter(([, step]) => step.phase === phase.phase);
  // The button that was pressed gives way to what it brought; whoever uses the keyboard goes on from the next.
  const place = useKeptFocus<HTMLElement>([isCurrent, asked.length].join());
  const isLate = spent > phase.budget * 1000;
  return (
    <section
      ref={place}
      className={cx(styles.phase, isCurrent && styles.current)}
      aria-label={name}
      aria-current={isCurrent || undefined}
    >
      <header className={styles.head}>
        <h2 className={styles.title}>
          {name} <span className={styles.question}>{question}</span>
        </h2>
        <span className={cx(styles.clock, isLate && styles.late)}>
          {clockFace(spent)} / {clockFace(phase.budget * 1000)} {isLate ? t('practice.late', '(over)') : ''}
        </span>
        {isCurrent ? null : (
          <Button size="sm" variant="secondary" onClick={onEnter}>
            {t('practice.enter', 'Continue to {{phase}}', { phase: name })}
          </Button>
        )}
      </header>
      {isCurrent && phase.steps.length === 0 ? (
        <p>
          <Trans i18nKey="practice.no-steps">Fixes would reveal the cause. Enter below what you would do.</Trans>
        </p>
      ) : null}
      {isCurrent ? (
        <div className={styles.steps}>
          {phase.steps
            .filter(({ key }) => !revealed.has(key))
            .map(({ key, title }) => (
              <Button key={key} size="sm" variant="secondary" icon="search" onClick={() => onAsk(key)}>
                {title}
              </Button>
            ))}
        </div>
      ) : null}
      {asked.map(([key, step]) => (
        <CardBoundary key={key} title={step.title} content={step}>
          <StepCard step={step} />
        </CardBoundary>
      ))}
    </section>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  phase: css({
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    padding: theme.spacing(1, 0, 1, 1.5),
    borderLeft: `${theme.spacing(0.5)} solid ${theme.colors.border.weak}`,
  }),
  current: css({ borderLeftColor: theme.colors.primary.border }),
  head: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: theme.spacing(1, 2) }),
  title: css({ ...theme.typography.h4, margin: 0 }),
  question: css({ ...theme.typography.body, color: theme.colors.text.secondary }),
  clock: css({ ...theme.typography.bodySmall, fontVariantNumeric: 'tabular-nums' }),
  late: css({ color: theme.colors.warning.text }),
  steps: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
});
