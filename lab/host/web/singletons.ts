import * as react from 'react';
import 'systemjs/dist/system';
import 'systemjs/dist/extras/amd';
import * as emotionCss from '@emotion/css';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as i18next from 'i18next';
import * as reactDom from 'react-dom';
import * as jsxDevRuntime from 'react/jsx-dev-runtime';
import * as jsxRuntime from 'react/jsx-runtime';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';
import { PluginPage } from './PluginPage';

// What the plugin does not bundle. A plugin that asks for more than this fails to load, and the error names what it asked for.
const singletons: Record<string, System.Module> = {
  '@emotion/css': emotionCss,
  '@grafana/data': grafanaData,
  // The package has only a place for the frame of a page, and does not say how it is filled.
  '@grafana/runtime': { ...grafanaRuntime, PluginPage },
  '@grafana/ui': grafanaUi,
  i18next,
  react,
  'react-dom': reactDom,
  'react/jsx-dev-runtime': jsxDevRuntime,
  'react/jsx-runtime': jsxRuntime,
  rxjs,
  'rxjs/operators': rxjsOperators,
};

/** Hands this page's own copies of the host's packages to the plugin, as Grafana does, with the same loader. */
export function offerSingletons(): void {
  const imports = Object.fromEntries(Object.keys(singletons).map((name) => [name, `package:${name}`]));
  System.addImportMap({ imports });
  for (const [name, module] of Object.entries(singletons)) {
    System.set(`package:${name}`, asAmdSeesIt(module));
  }
}

// An AMD module that asks for another gets its default export where there is one, and with __useDefault always that.
function asAmdSeesIt(module: System.Module): System.Module {
  return { ...module, default: module, __useDefault: true };
}
