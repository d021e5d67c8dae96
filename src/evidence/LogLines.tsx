import { useMemo, useRef, useState } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { t, Trans } from '@grafana/i18n';
import { Button, IconButton, useStyles2 } from '@grafana/ui';
import type { Line, Span, Trace } from '../api/case.gen';
import { formatClock } from '../format/formatInterval';
import { useCaseWork } from './caseWork';
import { useFacts } from './factsContext';
import { LogText } from './LogText';
import { PinButton } from './PinButton';
import { useSelection } from './selectionContext';
import { areSame, lineKeys, linesOfSpan, spanOfLine } from './spanLines';
import { getTableStyles } from './tableStyles';

const shownAtFirst = 20;

/** Log lines in the order of time, the first few until all are asked for; of a chosen span those that it wrote. */
export function LogLines({ lines }: { lines: Line[] }) {
  const styles = useStyles2(getTableStyles);
  const own = useStyles2(getStyles);
  const { trace, traceLines } = useFacts();
  const { selection } = useSelection();
  const [all, setAll] = useState(false);
  // Spans are those of the example; other lines stand for themselves.
  const isOfTrace = useMemo(() => Boolean(traceLines && areSame(traceLines.lines, lines)), [traceLines, lines]);
  const ofTrace = isOfTrace ? trace : undefined;
  const line = ofTrace && selection.line;
  const span = ofTrace?.spans.find(({ id }) => id === selection.span);
  const keys = useMemo(() => keysOf(lines), [lines]);
  const written = useMemo(
    () => (span && ofTrace ? linesOfSpan(lines, span, ofTrace) : undefined),
    [lines, span, ofTrace]
  );
  const region = useRef<HTMLDivElement>(null);
  const showAll = () => {
    setAll(true);
    region.current?.focus({ preventScroll: true }); // the button is gone then
  };
  const isFiltered = written && written.lines.length > 0 && !line;
  const chosen = isFiltered ? written.lines : lines;
  const shown = all || line ? chosen : chosen.slice(0, shownAtFirst);
  return (
    <>
      {isFiltered && span && <SpanFilter span={span} by={written.by} count={chosen.length} of={lines.length} />}
      <div
        ref={region}
        className={styles.scroll}
        role="region"
        aria-label={t('evidence.lines.label', 'Log lines')}
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached with the keyboard
        tabIndex={0}
      >
        <table className={cx(styles.table, own.lines)} aria-label={t('evidence.lines.label', 'Log lines')}>
          <tbody>
            {shown.map((one) => {
              const key = keys.get(one) ?? one.time;
              return <LineRow key={key} line={one} lineKey={key} trace={ofTrace} />;
            })}
          </tbody>
        </table>
      </div>
      {shown.length < chosen.length && (
        <Button fill="text" size="sm" onClick={showAll}>
          <Trans i18nKey="evidence.lines.all" values={{ count: chosen.length }}>
            Show all {'{{count}}'} lines
          </Trans>
        </Button>
      )}
    </>
  );
}

function keysOf(lines: Line[]): ReadonlyMap<Line, string> {
  const keys = lineKeys(lines);
  return new Map(lines.map((line, index) => [line, keys[index] ?? line.time]));
}

function LineRow({ line, lineKey, trace }: { line: Line; lineKey: string; trace: Trace | undefined }) {
  const styles = useStyles2(getTableStyles);
  const own = useStyles2(getStyles);
  const { traceStep } = useFacts();
  const { selection, select } = useSelection();
  const found = useMemo(() => trace && spanOfLine(line, trace), [line, trace]);
  const work = useCaseWork();
  const isChosen = trace !== undefined && selection.line === lineKey;
  return (
    <tr className={cx(isChosen && own.chosen)} aria-current={isChosen || undefined}>
      <td>
        <time dateTime={line.time}>{formatClock(line.time)}</time>
      </td>
      <td>{line.level}</td>
      <td className={styles.lineText} title={line.text}>
        <LogText text={line.text} />
      </td>
      {work && (
        <td>
          <PinButton id={`line/${lineKey}`} sentence={line.text} at={line.time} />
        </td>
      )}
      {trace && (
        <td>
          {found && (
            <IconButton
              name="gf-traces"
              tooltip={t('evidence.lines.span', 'Show span {{name}}', {
                name: `${found.span.service} ${found.span.name}`,
                interpolation: { escapeValue: false },
              })}
              onClick={() => select({ step: traceStep, trace: trace.id, span: found.span.id, line: lineKey })}
            />
          )}
        </td>
      )}
    </tr>
  );
}

function SpanFilter({ span, by, count, of }: { span: Span; by: 'id' | 'time'; count: number; of: number }) {
  const styles = useStyles2(getStyles);
  const { selection, select } = useSelection();
  const { linesStep } = useFacts();
  const values = { count, of, name: `${span.service} ${span.name}`, interpolation: { escapeValue: false } };
  return (
    <div className={styles.filter} aria-live="polite">
      <span>
        {by === 'id'
          ? t('evidence.lines.of-span', '{{count}} of {{of}} lines: those of {{name}}', values)
          : t(
              'evidence.lines.at-span',
              '{{count}} of {{of}} lines: those of the same service while {{name}} ran (lines have no span id)',
              values
            )}
      </span>
      <Button
        size="sm"
        variant="secondary"
        icon="times"
        onClick={() => select({ step: linesStep, trace: selection.trace })}
      >
        <Trans i18nKey="evidence.lines.whole-trace">All lines of the trace</Trans>
      </Button>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  // On a phone a line's text stands below its time and level, and has all the width.
  lines: css({
    [theme.breakpoints.down('md')]: {
      tr: { display: 'grid', gridTemplateColumns: 'max-content minmax(0, 1fr) max-content max-content' },
      'td:nth-of-type(3)': { gridColumn: '1 / -1', order: 1, paddingTop: 0 },
    },
  }),
  chosen: css({ background: theme.colors.action.selected }),
  filter: css({
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    padding: theme.spacing(0.5, 1),
    background: theme.colors.background.primary,
    borderRadius: theme.shape.radius.default,
  }),
});
