import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** How links stand out among text. */
export const getLinkStyles = (theme: GrafanaTheme2) => ({
  link: css({ color: theme.colors.text.link, textDecoration: 'underline' }),
});
