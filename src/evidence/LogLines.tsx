import { useState } from 'react';
import { t, Trans } from '@grafana/i18n';
import { Button, useStyles2 } from '@grafana/ui';
import type { Line } from '../api/case.gen';
import { formatClock } from '../format/formatInterval';
import { LogText } from './LogText';
import { getTableStyles } from './tableStyles';

const shownAtFirst = 20;

/** Log lines in the order of time, the first few until all are asked for. */
export function LogLines({ lines }: { lines: Line[] }) {
  const styles = useStyles2(getTableStyles);
  const [all, setAll] = useState(false);
  const shown = all ? lines : lines.slice(0, shownAtFirst);
  return (
    <>
      <div className={styles.scroll}>
        <table className={styles.table} aria-label={t('evidence.lines.label', 'Log lines')}>
          <tbody>
            {shown.map((line, index) => (
              <tr key={index}>
                <td>
                  <time dateTime={line.time}>{formatClock(line.time)}</time>
                </td>
                <td>{line.level}</td>
                <td className={styles.lineText} title={line.text}>
                  <LogText text={line.text} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {shown.length < lines.length && (
        <Button fill="text" size="sm" onClick={() => setAll(true)}>
          <Trans i18nKey="evidence.lines.all" values={{ count: lines.length }}>
            Show all {'{{count}}'} lines
          </Trans>
        </Button>
      )}
    </>
  );
}
