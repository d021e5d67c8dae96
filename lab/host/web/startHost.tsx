import type { AppPlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { createRoot } from 'react-dom/client';
import { HostPage, type LoadedApp } from './HostPage';
import { installServices } from './services';
import { offerSingletons } from './singletons';

const { app } = window.hostedPlugins;

/** Loads the plugin and shows it, or says why it could not be loaded. */
export async function startHost(): Promise<void> {
  const root = createRoot(rootElement());
  try {
    await initPluginTranslations('host');
    offerSingletons();
    installServices();
    root.render(<HostPage app={await loadApp()} />);
  } catch (error) {
    root.render(<p role="alert">{`The plugin could not be loaded: ${String(error)}`}</p>);
    throw error;
  }
}

async function loadApp(): Promise<LoadedApp> {
  const { plugin } = await System.import<{ plugin: AppPlugin }>(`/${app.module}`);
  plugin.meta = app;
  plugin.init(app);
  if (!plugin.root) {
    throw new Error(`${app.id} has no page.`);
  }
  return { meta: app, Root: plugin.root };
}

function rootElement(): HTMLElement {
  const element = document.getElementById('reactRoot');
  if (!element) {
    throw new Error('The page has no element with the id reactRoot.');
  }
  return element;
}
