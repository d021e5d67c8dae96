import type { ReactNode } from 'react';
import { useStyles2 } from '@grafana/ui';
import { getTableStyles } from './tableStyles';

interface Props {
  /** what the table shows, for those who do not see it */
  label: string;
  headers: string[];
  rows: ReactNode[][];
}

/** A table of plain cells; the first of a row names it. */
export function PlainTable({ label, headers, rows }: Props) {
  const styles = useStyles2(getTableStyles);
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached with the keyboard
    <div className={styles.scroll} role="region" aria-label={label} tabIndex={0}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            {headers.map((header) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], row) => (
            <tr key={row}>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
