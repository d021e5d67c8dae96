import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { ClipboardButton, useStyles2 } from '@grafana/ui';
import type { Command } from '../api/case.gen';

/** Commands for a person to read, copy and run; nothing here runs them. */
export function CommandList({ commands }: { commands: Command[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list}>
      {commands.map(({ text, why, step }) => (
        <li key={text}>
          <div className={styles.line}>
            <code className={styles.command}>{text}</code>
            <ClipboardButton
              getText={() => text}
              icon="copy"
              size="sm"
              variant="secondary"
              aria-label={t('evidence.commands.copy-label', 'Copy {{text}}', { text })}
            >
              <Trans i18nKey="evidence.commands.copy">Copy</Trans>
            </ClipboardButton>
          </div>
          <p className={styles.why}>
            {why}{' '}
            <Trans i18nKey="evidence.commands.step" values={{ step }}>
              {'Follows from {{step}}.'}
            </Trans>
          </p>
        </li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  list: css({ listStyle: 'none', display: 'grid', gap: theme.spacing(1.5) }),
  line: css({ display: 'flex', alignItems: 'start', justifyContent: 'space-between', gap: theme.spacing(1) }),
  command: css({ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }),
  why: css({ ...theme.typography.bodySmall, color: theme.colors.text.secondary, margin: 0 }),
});
