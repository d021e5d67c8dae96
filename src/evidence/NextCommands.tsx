import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Command, StepResult } from '../api/case.gen';
import { CommandList } from './CommandList';

interface Props {
  steps: StepResult[];
  onSelect: (key: string) => void;
}

/** What to do next, below the verdict: the check and the change that follow most directly from it, and the way to all. */
export function NextCommands({ steps, onSelect }: Props) {
  const styles = useStyles2(getStyles);
  const step = steps.find(({ findings }) => findings.some(({ evidence }) => evidence?.commands?.length));
  const commands = step?.findings.flatMap(({ evidence }) => evidence?.commands ?? []) ?? [];
  const next = nextOf(commands);
  if (!step || next.length === 0) {
    return null;
  }
  return (
    <div>
      <h3 className={styles.title}>
        <Trans i18nKey="evidence.next.title">Next steps</Trans>
      </h3>
      <CommandList commands={next} />
      {next.length < commands.length && (
        <button type="button" className={styles.all} onClick={() => onSelect(`${step.phase}/${step.id}`)}>
          <Trans i18nKey="evidence.next.all" values={{ count: commands.length }}>
            All {'{{count}}'} commands
          </Trans>
        </button>
      )}
    </div>
  );
}

/** The first change, and the check of what it changes: the one that follows from the same finding; else the first check. */
function nextOf(commands: Command[]): Command[] {
  const change = commands.find(({ changes }) => changes);
  const checks = commands.filter(({ changes }) => !changes);
  const check = checks.find(({ step }) => step === change?.step) ?? checks[0];
  return [check, change].filter((command) => command !== undefined);
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h6, margin: theme.spacing(0, 0, 0.5), color: theme.colors.text.secondary }),
  all: css({
    marginTop: theme.spacing(1),
    padding: 0,
    border: 'none',
    background: 'none',
    color: theme.colors.text.link,
    '&:hover': { textDecoration: 'underline' },
  }),
});
