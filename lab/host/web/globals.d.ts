import type { AppPluginMeta, BootData } from '@grafana/data';

declare global {
  interface Window {
    __grafana_public_path__: string;
    /** What Grafana knows of its page, its user and its data sources. The server writes it into the page. */
    grafanaBootData: BootData;
    /** What the server found in the plugin's folder. */
    hostedPlugins: { app: AppPluginMeta };
  }
}
