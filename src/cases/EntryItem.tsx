import { useEffect, useRef } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t } from '@grafana/i18n';
import { useStyles2 } from '@grafana/ui';
import type { Entry } from '../api/case.gen';
import { formatMoment } from '../format/formatInterval';
import { formatValue } from '../format/formatValue';
import { withMoments } from '../format/moments';
import { renderTyped } from '../format/renderTyped';
import { hrefOf } from '../links/link';
import { isTyped, kindName } from './caseWords';

interface Props {
  entry: Entry;
  /** path that leads to this entry */
  path: string;
  /** how often it was written again with the same words, and when at last */
  again?: number;
  last?: string;
  /** The address of the page leads here: it is brought into sight once, and marked. */
  isChosen?: boolean;
  /** a moment of the incident; what was written on another day says its date */
  beside: string;
  /** title of the step that it is about */
  stepTitle?: string;
}

/** One line of a case's log. */
export function EntryItem({ entry, path, again = 0, last, isChosen = false, beside, stepTitle }: Props) {
  const styles = useStyles2(getStyles);
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isChosen) {
      item.current?.scrollIntoView({ block: 'center' });
      item.current?.focus({ preventScroll: true });
    }
  }, [isChosen]);
  const { id, by, kind, text, moments, pin, recovery } = entry;
  const when = entry.happened ?? entry.at;
  return (
    <li
      ref={item}
      id={`entry-${id}`}
      tabIndex={-1}
      className={cx(styles.item, isChosen && styles.chosen)}
      aria-current={isChosen || undefined}
    >
      <div className={styles.head}>
        <a className={styles.time} href={hrefOf(path)} title={t('cases.entry-link', 'Link to this entry')}>
          <time dateTime={when}>{formatMoment(when, beside)}</time>
        </a>{' '}
        {by.name} · {kindName(kind)}
        {stepTitle ? ` · ${stepTitle}` : ''}
        {last ? ` · ${repeated(again, formatMoment(last, beside))}` : ''}
      </div>
      {pin ? <p>{withMoments(pin.sentence, pin.moments)}</p> : null}
      {text && isTyped(entry) ? <div dangerouslySetInnerHTML={{ __html: renderTyped(text) }} /> : null}
      {text && !isTyped(entry) ? <p>{withMoments(text, moments)}</p> : null}
      {recovery?.readings.map((reading) => (
        <p key={reading.id}>
          {reading.name}:{' '}
          {(reading.path ?? [reading.before, reading.after])
            .map((value) => formatValue(value, reading.unit))
            .join(' → ')}
        </p>
      ))}
    </li>
  );
}

function repeated(count: number, last: string): string {
  return t('cases.entry-again', 'repeated {{count}} times, last at {{last}}', {
    count,
    last,
    defaultValue_one: 'repeated once, at {{last}}',
  });
}

const getStyles = (theme: GrafanaTheme2) => ({
  item: css({
    listStyle: 'none',
    padding: theme.spacing(1),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    overflowWrap: 'anywhere',
    'p, ul': { marginBottom: theme.spacing(0.5) },
    ul: { paddingLeft: theme.spacing(2.5) },
    // Grafana keeps code on one line, and a command of a hand-over is wider than a phone.
    'pre, code': { whiteSpace: 'pre-wrap' },
  }),
  chosen: css({ background: theme.colors.action.selected, outline: `1px solid ${theme.colors.primary.border}` }),
  time: css({ textDecoration: 'underline' }),
  head: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
