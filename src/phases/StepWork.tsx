import { useEffect, useRef, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, Icon, IconButton, Input, useStyles2 } from '@grafana/ui';
import { useCaseWork, type CaseWork, type StepMark } from '../evidence/caseWork';
import { useKeptFocus } from './useKeptFocus';

/** A step as it can be worked on. */
interface Props {
  /** key of the step */
  step: string;
  title: string;
}

/** What somebody did about a step, and the buttons to do it: tick it, skip it with a reason, reopen it. */
export function StepWork({ step, title }: Props) {
  const work = useCaseWork();
  const mark = work?.marks.get(step);
  const [isSkipping, setSkipping] = useState(false);
  const place = useKeptFocus<HTMLDivElement>([mark?.kind, isSkipping].join());
  if (!work) {
    return null;
  }
  return (
    <div ref={place}>
      {mark ? (
        <Marked mark={mark} title={title} onReopen={() => work.write({ kind: 'step reopened', step })} />
      ) : isSkipping ? (
        <SkipForm
          title={title}
          onSkip={(text) => work.write({ kind: 'skipped', step, text })}
          onLeave={() => setSkipping(false)}
        />
      ) : (
        <Open step={step} title={title} work={work} onSkip={() => setSkipping(true)} />
      )}
    </div>
  );
}

function Marked({ mark, title, onReopen }: { mark: StepMark; title: string; onReopen: () => void }) {
  const styles = useStyles2(getStyles);
  const values = { name: mark.by, reason: mark.reason ?? '', interpolation: { escapeValue: false } };
  return (
    <div className={cx(styles.line, styles.below)}>
      <span className={styles.mark}>
        <Icon name={mark.kind === 'ticked' ? 'check' : 'forward'} size="sm" aria-hidden />{' '}
        {mark.kind === 'ticked'
          ? t('phases.work.ticked', 'done by {{name}}', values)
          : t('phases.work.skipped', 'skipped by {{name}}: {{reason}}', values)}
      </span>
      <IconButton
        name="history"
        size="sm"
        tooltip={t('phases.work.reopen', 'Reopen {{title}}', { title, interpolation: { escapeValue: false } })}
        onClick={onReopen}
      />
    </div>
  );
}

function Open({ step, title, work, onSkip }: Props & { work: CaseWork; onSkip: () => void }) {
  const styles = useStyles2(getStyles);
  const named = { title, interpolation: { escapeValue: false } };
  return (
    <div className={cx(styles.line, styles.offer)}>
      <IconButton
        name="check"
        size="sm"
        tooltip={t('phases.work.tick', 'Mark {{title}} done', named)}
        onClick={() => work.write({ kind: 'ticked', step })}
      />
      <IconButton
        name="forward"
        size="sm"
        tooltip={t('phases.work.skip', 'Skip {{title}}, with a reason', named)}
        onClick={onSkip}
      />
    </div>
  );
}

interface SkipFormProps {
  title: string;
  onSkip: (reason: string) => void;
  onLeave: () => void;
}

function SkipForm({ title, onSkip, onLeave }: SkipFormProps) {
  const styles = useStyles2(getStyles);
  const [reason, setReason] = useState('');
  const field = useRef<HTMLInputElement>(null);
  // A person has just asked for it, and is about to type.
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        onLeave();
        onSkip(reason.trim());
      }}
    >
      <Input
        ref={field}
        onKeyDown={({ key }) => key === 'Escape' && onLeave()}
        aria-label={t('phases.work.reason', 'Reason for skipping {{title}}', {
          title,
          interpolation: { escapeValue: false },
        })}
        placeholder={t('phases.work.reason-placeholder', 'Reason')}
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <Button type="submit" size="sm" disabled={!reason.trim()}>
        <Trans i18nKey="phases.work.skip-now">Skip</Trans>
      </Button>
      <Button size="sm" variant="secondary" onClick={onLeave}>
        <Trans i18nKey="phases.work.leave">Keep open</Trans>
      </Button>
    </form>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  line: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), padding: theme.spacing(0, 1) }),
  // Below the title, past the sign in front of it.
  below: css({ justifyContent: 'space-between', paddingLeft: theme.spacing(3.75) }),
  // In the step's own line, where somebody points at it or has come to it with the keyboard.
  offer: css({
    '@media (hover: hover)': {
      position: 'absolute',
      top: 0,
      right: 0,
      height: '100%',
      opacity: 0,
      background: theme.colors.background.canvas,
      'li:hover &, li:focus-within &': { opacity: 1 },
    },
  }),
  mark: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, overflowWrap: 'anywhere' }),
  form: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0.5), padding: theme.spacing(0.5, 1) }),
});
