import { useMemo, useState, useSyncExternalStore, type ComponentType } from 'react';
import { css } from '@emotion/css';
import {
  getThemeById,
  PluginContextProvider,
  ThemeContext,
  type AppPluginMeta,
  type AppRootProps,
  type GrafanaTheme2,
} from '@grafana/data';
import { config, locationService } from '@grafana/runtime';
import { Button, GlobalStyles, PortalContainer, useStyles2 } from '@grafana/ui';
import { LabNotice } from './LabNotice';

/** A plugin that has been loaded: its manifest with settings, and its page. */
export interface LoadedApp {
  meta: AppPluginMeta;
  Root: ComponentType<AppRootProps>;
}

type ThemeId = 'light' | 'dark';

/** The plugin's page below a bar with a switch for the theme; the address says which of its pages. */
export function HostPage({ app }: { app: LoadedApp }) {
  const [themeId, setThemeId] = useState<ThemeId>(config.theme2.isLight ? 'light' : 'dark');
  const theme = useMemo(() => getThemeById(themeId), [themeId]);
  const change = (id: ThemeId) => {
    localStorage.setItem('theme', id);
    config.theme2 = getThemeById(id);
    setThemeId(id);
  };
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Bar theme={themeId} onChange={change} />
      <main>
        <AppPage {...app} />
      </main>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

function AppPage({ meta, Root }: LoadedApp) {
  const location = useSyncExternalStore(
    (changed) => locationService.getHistory().listen(changed),
    () => locationService.getLocation()
  );
  return (
    <PluginContextProvider meta={meta}>
      <Root
        meta={meta}
        basename={`/a/${meta.id}`}
        path={location.pathname}
        query={Object.fromEntries(new URLSearchParams(location.search))}
        onNavChanged={() => undefined}
      />
    </PluginContextProvider>
  );
}

function Bar({ theme, onChange }: { theme: ThemeId; onChange: (id: ThemeId) => void }) {
  const styles = useStyles2(getStyles);
  const other = theme === 'light' ? 'dark' : 'light';
  return (
    <header className={styles.bar}>
      <a href={`/a/${window.hostedPlugins.app.id}`}>Faultline lab</a>
      <LabNotice />
      <Button variant="secondary" fill="text" size="sm" icon="adjust-circle" onClick={() => onChange(other)}>
        {`Use the ${other} theme`}
      </Button>
    </header>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    position: 'sticky',
    top: 0,
    zIndex: theme.zIndex.navbarFixed,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    height: theme.spacing(5),
    padding: theme.spacing(0, 2),
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
});
