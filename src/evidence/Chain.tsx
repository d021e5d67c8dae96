import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Link } from '../api/case.gen';
import { formatTime } from '../format/formatInterval';

/** What happened from cause to symptom, in the order of time; each event leads to the step that knows it. */
export function Chain({ links, onSelect }: { links: Link[]; onSelect: (key: string) => void }) {
  const styles = useStyles2(getStyles);
  if (links.length === 0) {
    return null;
  }
  return (
    <div>
      <h3 className={styles.title}>
        <Trans i18nKey="evidence.chain.title">What happened</Trans>
      </h3>
      <ol className={styles.chain}>
        {links.map(({ at, sentence, step }, index) => (
          <li key={index} className={styles.link}>
            <time dateTime={at} className={styles.time}>
              {formatTime(at)}
            </time>
            <button
              type="button"
              className={styles.sentence}
              title={t('evidence.chain.show', 'Show how this is known')}
              onClick={() => onSelect(step)}
            >
              {sentence}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  title: css({ ...theme.typography.h6, margin: 0, color: theme.colors.text.secondary }),
  chain: css({ listStyle: 'none', margin: theme.spacing(0.5, 0, 0), padding: 0 }),
  link: css({
    position: 'relative',
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    gap: theme.spacing(3),
    paddingBottom: theme.spacing(0.5),
    // The dot of the event, and the line that leads to the next.
    '&::before': {
      content: '""',
      position: 'absolute',
      left: `calc(${clockWidth} + ${theme.spacing(1)})`,
      top: '0.5em',
      width: theme.spacing(1),
      height: theme.spacing(1),
      borderRadius: theme.shape.radius.circle,
      background: theme.colors.text.secondary,
    },
    '&:not(:last-child)::after': {
      content: '""',
      position: 'absolute',
      left: `calc(${clockWidth} + ${theme.spacing(1.4)})`,
      top: '1em',
      bottom: '-0.5em',
      borderLeft: `1px solid ${theme.colors.border.strong}`,
    },
  }),
  time: css({ width: clockWidth, fontVariantNumeric: 'tabular-nums', color: theme.colors.text.secondary }),
  sentence: css({
    padding: 0,
    border: 'none',
    background: 'none',
    textAlign: 'left',
    overflowWrap: 'anywhere',
    '&:hover': { textDecoration: 'underline' },
  }),
});

const clockWidth = '4.5em';
