import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import type { Command } from '../api/case.gen';
import { withMoments } from '../format/moments';
import { useFacts } from './factsContext';
import { useSelection } from './selectionContext';

/** Commands for a person to read, copy and run; nothing here runs them. */
export function CommandList({ commands }: { commands: Command[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list}>
      {commands.map(({ text, why, moments, step }) => (
        <li key={`${step} ${text}`}>
          <div className={styles.line}>
            <code className={styles.command}>{text}</code>
            <ClipboardButton
              getText={() => text}
              icon="copy"
              size="sm"
              variant="secondary"
              aria-label={t('evidence.commands.copy-label', 'Copy {{text}}', {
                text,
                interpolation: { escapeValue: false },
              })}
            >
              <Trans i18nKey="evidence.commands.copy">Copy</Trans>
            </ClipboardButton>
          </div>
          <p className={styles.why}>
            {withMoments(why, moments)} <FollowsFrom step={step} />
          </p>
        </li>
      ))}
    </ul>
  );
}

/** The step that a command follows from, by its title, with the way there. */
function FollowsFrom({ step }: { step: string }) {
  const styles = useStyles2(getStyles);
  const { steps = [] } = useFacts();
  const { select } = useSelection();
  const known = steps.find(({ phase, id }) => `${phase}/${id}` === step);
  return known ? (
    <button type="button" className={styles.step} onClick={() => select({ step })}>
      {t('evidence.commands.step', 'Reason: {{title}}', { title: known.title, interpolation: { escapeValue: false } })}
    </button>
  ) : null;
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', display: 'grid', gap: theme.spacing(1.5) }),
  line: css({ display: 'flex', alignItems: 'start', justifyContent: 'space-between', gap: theme.spacing(1) }),
  command: css({ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }),
  step: css({
    padding: 0,
    font: 'inherit',
    border: 'none',
    background: 'none',
    color: theme.colors.text.link,
    '&:hover': { textDecoration: 'underline' },
  }),
  why: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, margin: 0 }),
});
