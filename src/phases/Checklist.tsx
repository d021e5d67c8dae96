import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Progress } from '../api/progress';
import { PhaseClock } from './PhaseClock';
import { phaseOrder, phaseTitle, stepsOf, worstOf, type ChecklistStep } from './phases';
import { StepStateLabel } from './StepStateLabel';

interface Props {
  progress: Progress;
  /** Called with the key of the step that a person wants to see. */
  onSelect: (key: string) => void;
}

/** The five phases with their steps and what became of each. */
export function Checklist({ progress, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <nav className={styles.list} aria-label={t('phases.checklist.label', 'Phases')}>
      {phaseOrder.map((phase, index) => (
        <section key={phase}>
          <div className={styles.head}>
            <h3 className={styles.phase}>{`${index + 1} ${phaseTitle(phase).name}`}</h3>
            <PhaseClock phase={phase} progress={progress} />
          </div>
          <ul className={styles.steps}>
            {stepsOf(phase, progress).map((step) => (
              <ChecklistEntry key={step.key} step={step} onSelect={onSelect} />
            ))}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function ChecklistEntry({ step, onSelect }: { step: ChecklistStep; onSelect: Props['onSelect'] }) {
  const styles = useStyles2(getStyles);
  return (
    <li>
      <button type="button" className={styles.step} disabled={!step.result} onClick={() => onSelect(step.key)}>
        <span>{step.title}</span>
        <StepStateLabel state={step.state} severity={step.result && worstOf(step.result)} />
      </button>
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1.5) }),
  head: css({
    display: 'flex',
    justifyContent: 'space-between',
    alignItems: 'baseline',
    padding: theme.spacing(0, 1),
  }),
  phase: css({ ...theme.typography.h6, margin: 0 }),
  steps: css({ listStyle: 'none', margin: 0, padding: 0 }),
  step: css({
    display: 'flex',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    width: '100%',
    padding: theme.spacing(0.25, 1),
    border: 'none',
    borderRadius: theme.shape.radius.default,
    background: 'none',
    textAlign: 'left',
    '&:hover:enabled': { background: theme.colors.action.hover },
    '&:disabled': { color: theme.colors.text.secondary },
  }),
});
