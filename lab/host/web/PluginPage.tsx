import { useEffect } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2, NavModelItem } from '@grafana/data';
import type { PluginPageProps } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';

/** Grafana's frame of a plugin's page: title, what belongs beside it, subtitle, content. */
export function PluginPage({ children, info = [], actions, pageNav, renderTitle, subTitle }: PluginPageProps) {
  const styles = useStyles2(getStyles);
  const title = pageNav?.text ?? window.hostedPlugins.app.name;
  useEffect(() => {
    document.title = [...crumbs(pageNav).reverse(), window.hostedPlugins.app.name, 'Grafana'].join(' - ');
  }, [pageNav]);
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <div className={styles.title}>{renderTitle ? renderTitle(title) : <h1>{title}</h1>}</div>
        {info.map(({ label, value }) => (
          <div key={label}>
            <div className={styles.secondary}>{label}</div>
            {value}
          </div>
        ))}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {subTitle && <div className={styles.secondary}>{subTitle}</div>}
      <div className={styles.content}>{children}</div>
    </div>
  );
}

/** What Grafana's breadcrumbs hold of a page below those of its plugin. */
function crumbs(page?: NavModelItem): string[] {
  return page ? [...crumbs(page.parentItem), page.text] : [];
}

const getStyles = (theme: GrafanaTheme2) => ({
  page: css({ padding: theme.spacing(2), [theme.breakpoints.up('md')]: { padding: theme.spacing(3, 4) } }),
  head: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(1, 3) }),
  title: css({ flexGrow: 1, minWidth: 0 }),
  actions: css({ display: 'flex', flexWrap: 'wrap', gap: theme.spacing(1) }),
  secondary: css({ color: theme.colors.text.secondary }),
  content: css({ marginTop: theme.spacing(2) }),
});
