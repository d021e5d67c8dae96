import { DataSourcePlugin } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { appId } from '../api/pluginIds';
import type { FaultlineQuery } from '../api/query';
import type { SecureSettings, Settings } from '../api/settings';
import { ConfigEditor } from './ConfigEditor';
import { FaultlineDataSource } from './FaultlineDataSource';
import { QueryEditor } from './QueryEditor';

// Ready long before an editor is drawn: Grafana has set its own translations up already.
void initPluginTranslations(appId);

export const plugin = new DataSourcePlugin<FaultlineDataSource, FaultlineQuery, Settings, SecureSettings>(
  FaultlineDataSource
)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
