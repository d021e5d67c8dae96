import { useEffect, useState } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { Alert, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { formatInterval } from '../../format/formatInterval';
import { AnswerForm } from './AnswerForm';
import { clockFace, spentIn } from './clock';
import { PracticePhaseSection } from './PracticePhaseSection';
import { ScoreSheetView } from './ScoreSheetView';
import { usePractice, type Practice } from './usePractice';

/** A case as a game day: what was found stays hidden until it is asked for, and an answer comes before the verdict. */
export function PracticePage({ ds, id }: { ds: string; id: string }) {
  const styles = useStyles2(getStyles);
  const practice = usePractice(ds, id);
  const { hidden, sheet, failure } = practice;
  return (
    <div className={styles.page}>
      {failure ? (
        <Alert severity="error" title={failure.sentence}>
          {failure.advice}
        </Alert>
      ) : null}
      {sheet ? <ScoreSheetView ds={ds} id={id} sheet={sheet} /> : null}
      {!sheet && hidden ? <Running practice={practice} /> : null}
      {!hidden && !failure ? <LoadingPlaceholder text="" /> : null}
    </div>
  );
}

function Running({ practice }: { practice: Practice }) {
  const styles = useStyles2(getStyles);
  const now = useNow();
  const { hidden, clock, revealed, enter, ask, answer } = practice;
  if (!hidden) {
    return null;
  }
  const { subject, window, phases } = hidden;
  const spent = phases.reduce((sum, { phase }) => sum + spentIn(clock, phase, now), 0);
  const budget = phases.reduce((sum, phase) => sum + phase.budget * 1000, 0);
  return (
    <>
      <header className={styles.head}>
        <div>
          <strong>{[subject.service, subject.operation].filter(Boolean).join(' · ')}</strong>
          <div>{formatInterval(window)}</div>
        </div>
        <span className={styles.clock} role="timer" aria-label={t('practice.clock', 'Time spent and time budget')}>
          {clockFace(spent)} / {clockFace(budget)}
        </span>
      </header>
      <p>
        {t(
          'practice.intro',
          'Open what you would look up, phase by phase, then say what you think happened. The verdict is shown after your answer.'
        )}
      </p>
      {phases.map((phase) => (
        <PracticePhaseSection
          key={phase.phase}
          phase={phase}
          spent={spentIn(clock, phase.phase, now)}
          isCurrent={clock.current === phase.phase}
          revealed={revealed}
          onEnter={() => enter(phase.phase)}
          onAsk={ask}
        />
      ))}
      <AnswerForm onAnswer={answer} />
    </>
  );
}

/** The time, anew every second. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(2), maxWidth: theme.spacing(120) }),
  head: css({ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', gap: theme.spacing(1) }),
  clock: css({ ...theme.typography.h3, fontVariantNumeric: 'tabular-nums' }),
});
