import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** The classes of a waterfall's rows. */
export type RowStyles = ReturnType<typeof getRowStyles>;

/**
 * How the rows of a waterfall look. What becomes of one row is told by its data attributes and not by further classes, since
 * putting classes together takes longer than a row may while a long trace is scrolled.
 */
export const getRowStyles = (theme: GrafanaTheme2) => {
  const mark = {
    ...theme.typography.bodySmall,
    flexShrink: 0,
    padding: theme.spacing(0, 0.5),
    borderRadius: theme.shape.radius.default,
    border: '1px solid',
    lineHeight: 1.3,
  };
  return {
    list: css({
      ...theme.typography.bodySmall,
      position: 'relative',
      overflow: 'auto',
      overscrollBehavior: 'contain',
      border: `1px solid ${theme.colors.border.weak}`,
      borderTop: 'none',
      '&:focus-visible': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: '1px' },
    }),
    row: css({
      display: 'grid',
      gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) 64px',
      alignItems: 'center',
      gap: theme.spacing(1),
      padding: theme.spacing(0, 1, 0, 0.5),
      borderBottom: `1px solid ${theme.colors.border.weak}`,
      cursor: 'pointer',
      '&[aria-selected=true]': { background: theme.colors.action.selected },
      '&:hover': { background: theme.colors.action.hover },
      '&[data-faint=true]': { opacity: 0.4 },
      '[role=tree]:focus-visible &[data-active=true]': { boxShadow: `inset 2px 0 0 ${theme.colors.primary.main}` },
      '&[data-narrow=true]': {
        gridTemplateColumns: 'minmax(0, 1fr) max-content',
        rowGap: 0,
        '& > :nth-child(2)': { gridRow: 2, gridColumn: '1 / -1' },
      },
    }),
    name: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), minWidth: 0, whiteSpace: 'nowrap' }),
    folder: css({
      flexShrink: 0,
      display: 'inline-flex',
      alignItems: 'center',
      minWidth: '16px',
      padding: 0,
      border: 'none',
      background: 'none',
      color: theme.colors.text.secondary,
    }),
    count: css({ fontVariantNumeric: 'tabular-nums' }),
    service: css({ color: theme.colors.text.secondary, overflow: 'hidden', textOverflow: 'ellipsis', flexShrink: 1 }),
    what: css({ overflow: 'hidden', textOverflow: 'ellipsis', flexShrink: 1 }),
    culpritMark: css({ ...mark, color: theme.colors.error.text, borderColor: theme.colors.error.border }),
    failedMark: css({ ...mark, color: theme.colors.warning.text, borderColor: theme.colors.warning.border }),
    track: css({ position: 'relative', height: theme.spacing(1.5), overflow: 'hidden' }),
    bar: css({
      position: 'absolute',
      top: 0,
      bottom: 0,
      minWidth: '2px',
      border: `1px solid ${theme.colors.text.secondary}`,
      borderRadius: theme.shape.radius.sm,
      '&[data-critical=true]': { background: theme.colors.text.secondary },
      '&[data-failed=true]': { borderColor: theme.colors.error.border },
      '&[data-culprit=true]': { background: theme.colors.error.main, borderColor: theme.colors.error.border },
    }),
    duration: css({ textAlign: 'right', fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }),
    unseen: css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)' }),
  };
};
