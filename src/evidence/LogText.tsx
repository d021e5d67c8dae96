import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

/** A line's text. Of one that is a JSON object the message stands first, then the rest as pairs; others are as written. */
export function LogText({ text }: { text: string }) {
  const styles = useStyles2(getStyles);
  const { message, pairs } = readLine(text);
  if (message === undefined) {
    return <>{text}</>;
  }
  return (
    <>
      {message} <span className={styles.pairs}>{pairs.map(([name, value]) => `${name}=${value}`).join(' ')}</span>
    </>
  );
}

const messageNames = ['message', 'msg'];
// What the line's other columns show already.
const columnNames = ['timestamp', 'time', 'ts', 'level', 'severity'];

function readLine(text: string): { message?: string; pairs: Array<[string, string]> } {
  const fields = parseObject(text);
  const name = messageNames.find((candidate) => typeof fields[candidate] === 'string');
  const shown = Object.entries(fields).filter(([key]) => key !== name && !columnNames.includes(key));
  return {
    message: name && String(fields[name]),
    pairs: shown.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  };
}

function parseObject(text: string): Record<string, unknown> {
  if (!text.startsWith('{')) {
    return {};
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {}; // it only looks like JSON
  }
}

const getStyles = (theme: GrafanaTheme2) => ({
  pairs: css({ color: theme.colors.text.secondary }),
});
