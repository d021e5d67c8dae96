import { initPluginTranslations } from '@grafana/i18n';
import { appId } from '../api/pluginIds';
import ConnectPage from './ConnectPage';

/** Makes translations ready, then gives the page; what React.lazy expects. */
export async function load() {
  await initPluginTranslations(appId);
  return { default: ConnectPage };
}
