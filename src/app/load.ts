import { initPluginTranslations } from '@grafana/i18n';
import { appId } from '../api/pluginIds';
import App from './App';

/** Makes translations ready, then gives the app; what React.lazy expects. */
export async function load() {
  await initPluginTranslations(appId);
  return { default: App };
}
