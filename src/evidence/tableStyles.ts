import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** How tables of evidence look; they scroll sideways on a narrow screen. */
export const getTableStyles = (theme: GrafanaTheme2) => ({
  scroll: css({ overflow: 'auto', maxHeight: theme.spacing(60) }),
  table: css({
    width: '100%',
    ...theme.typography.bodySmall,
    'th, td': { padding: theme.spacing(0.5, 1), textAlign: 'left', verticalAlign: 'top' },
    th: { color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium },
    tr: { borderBottom: `1px solid ${theme.colors.border.weak}` },
  }),
  code: css(codeOf(theme)),
  // Grafana frames code, and a frame around each of many lines is hard to read through.
  query: css({ ...codeOf(theme), display: 'block' }),
  lineText: css({ ...codeOf(theme), width: '100%' }),
});

const codeOf = (theme: GrafanaTheme2) => ({
  fontFamily: theme.typography.fontFamilyMonospace,
  whiteSpace: 'pre-wrap' as const,
  overflowWrap: 'anywhere' as const,
});
