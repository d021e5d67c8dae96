import { css } from '@emotion/css';
import { dateTimeFormat, renderMarkdown, type GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import type { Entry } from '../api/case.gen';
import { formatValue } from '../format/formatValue';

/** The id of an entry's element, to which links lead. */
const entryElementId = (id: string) => `entry-${id}`;

/** One line of a case's log. */
export function EntryItem({ entry }: { entry: Entry }) {
  const styles = useStyles2(getStyles);
  const { id, by, kind, step, text, pin, recovery } = entry;
  return (
    <li id={entryElementId(id)} className={styles.item}>
      <div className={styles.head}>
        <a className={styles.time} href={`#${entryElementId(id)}`}>
          {dateTimeFormat(entry.happened ?? entry.at, { format: 'HH:mm:ss' })}
        </a>{' '}
        {by.name} · {kind}
        {step ? ` · ${step}` : ''}
      </div>
      {pin ? <p>{pin.sentence}</p> : null}
      {text ? <div dangerouslySetInnerHTML={{ __html: renderMarkdown(text) }} /> : null}
      {recovery?.readings.map((reading) => (
        <p key={reading.name}>
          {reading.name}:{' '}
          {(reading.path ?? [reading.before, reading.after])
            .map((value) => formatValue(value, reading.unit))
            .join(' → ')}
        </p>
      ))}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  item: css({
    listStyle: 'none',
    padding: theme.spacing(1, 0),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
    overflowWrap: 'anywhere',
    'p, ul': { marginBottom: theme.spacing(0.5) },
  }),
  time: css({ textDecoration: 'underline' }),
  head: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
});
