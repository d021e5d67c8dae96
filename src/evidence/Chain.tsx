import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Link } from '../api/case.gen';
import { withMoments } from '../format/moments';
import { SentenceButton } from './SentenceButton';
import { useMoment } from './useMoment';

/** What happened from cause to symptom, in the order of time; each event leads to the step that knows it. */
export function Chain({ links, onSelect }: { links: Link[]; onSelect: (key: string) => void }) {
  const styles = useStyles2(getStyles);
  const moment = useMoment();
  if (links.length === 0) {
    return null;
  }
  return (
    <div>
      <h3 className={styles.title}>
        <Trans i18nKey="evidence.chain.title">Timeline to the cause</Trans>
      </h3>
      <ol className={styles.chain}>
        {links.map(({ at, sentence, moments, step }, index) => (
          <li key={index} className={styles.link}>
            <span className={styles.number} aria-hidden>
              {index + 1}
            </span>
            <time dateTime={at} className={styles.time}>
              {moment(at)}
            </time>
            <SentenceButton title={t('evidence.chain.show', 'Show the evidence')} onClick={() => onSelect(step)}>
              {withMoments(sentence, moments)}
            </SentenceButton>
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
    display: 'grid',
    gridTemplateColumns: 'max-content max-content minmax(0, 1fr)',
    alignItems: 'baseline',
    gap: theme.spacing(1),
    paddingBottom: theme.spacing(0.5),
  }),
  // The same sign as on the axis of time.
  number: css({
    display: 'inline-block',
    width: theme.spacing(2.25),
    borderRadius: theme.shape.radius.circle,
    background: theme.colors.text.primary,
    color: theme.colors.background.primary,
    fontSize: '10px',
    fontWeight: theme.typography.fontWeightBold,
    lineHeight: theme.spacing(2.25),
    textAlign: 'center',
  }),
  time: css({ fontVariantNumeric: 'tabular-nums', color: theme.colors.text.secondary }),
});
