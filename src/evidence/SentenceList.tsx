import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';

interface Props {
  title: string;
  sentences: string[];
  /** It is about something that is missing. */
  isWarning?: boolean;
}

/** Sentences below a title; nothing where there are none. */
export function SentenceList({ title, sentences, isWarning = false }: Props) {
  const styles = useStyles2(getStyles);
  if (sentences.length === 0) {
    return null;
  }
  return (
    <div>
      <h3 className={isWarning ? styles.warning : styles.title}>
        {isWarning && <Icon name="exclamation-triangle" className={styles.icon} />}
        {title}
      </h3>
      <Sentences sentences={sentences} />
    </div>
  );
}

/** Sentences that are there when asked for, with how many there are; nothing where there are none. */
export function SentenceFold({ title, sentences }: Omit<Props, 'isWarning'>) {
  const styles = useStyles2(getStyles);
  if (sentences.length === 0) {
    return null;
  }
  return (
    <details>
      <summary className={styles.summary}>{`${title} (${sentences.length})`}</summary>
      <Sentences sentences={sentences} />
    </details>
  );
}

function Sentences({ sentences }: { sentences: string[] }) {
  const styles = useStyles2(getStyles);
  return (
    <ul className={styles.list}>
      {sentences.map((sentence, index) => (
        <li key={index}>{sentence}</li>
      ))}
    </ul>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h6, margin: 0, color: theme.colors.text.secondary }),
  warning: css({ ...theme.typography.h6, margin: 0, color: theme.colors.warning.text }),
  icon: css({ marginRight: theme.spacing(0.5) }),
  summary: css({ cursor: 'pointer', color: theme.colors.text.secondary }),
  list: css({ margin: theme.spacing(0.5, 0, 0), paddingLeft: theme.spacing(2.5), overflowWrap: 'anywhere' }),
});
