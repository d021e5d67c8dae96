/* eslint-disable @grafana/i18n/no-untranslated-strings -- Grafana compares them with the manifest, which has one language */
import { PluginExtensionPoints, type AppPlugin } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { investigatePath, startPath } from '../links/link';
import { alertPath, type AlertContext } from './alert';
import { attributePath, lineLabels, spanAttribute, type AttributesContext } from './attributes';
import { hasEnvironment } from './environment';
import type { QueriesContext } from './context';
import { investigateQueries, mayNameService } from './panel';
import { tracePath, type TraceContext } from './trace';

/**
 * Adds the ways in from Grafana's own pages. Titles, descriptions and targets are repeated in plugin.json, where Grafana
 * reads them before it loads this; they are not translated for that reason.
 *
 * Each is hidden where there is no environment to look in or where no service can be told from what is shown.
 */
export function addLinks(plugin: AppPlugin): void {
  addPageLinks(plugin);
  plugin.addLink<AttributesContext>({
    title: "Investigate this span's service",
    description: 'What broke, since when, and why: Faultline looks it up around the time of this span.',
    targets: PluginExtensionPoints.TraceViewResourceAttributes,
    ...onAttribute(spanAttribute),
  });
  // Grafana draws a link on the value of one label, so that each label has a link of its own.
  for (const label of lineLabels) {
    plugin.addLink<AttributesContext>({
      title: "Investigate this line's service",
      description: 'What broke, since when, and why: Faultline looks it up in the time that is shown.',
      targets: PluginExtensionPoints.LogsViewResourceAttributes,
      ...onAttribute(label),
    });
  }
}

/** On which value a link is drawn: Grafana 12 reads the category, and from 13 on the group. */
const onAttribute = (name: string) => ({
  category: name,
  group: { name },
  icon: 'search' as const,
  path: investigatePath,
  configure: (context?: AttributesContext) => pathOrHidden(context && attributePath(name, context)),
});

function addPageLinks(plugin: AppPlugin): void {
  plugin
    .addLink<QueriesContext>({
      // The menu shows 25 letters of it, as Explore does.
      title: 'Investigate this service',
      description: 'What broke, since when, and why: Faultline looks it up.',
      targets: PluginExtensionPoints.DashboardPanelMenu,
      icon: 'search',
      configure: (context) => (context && mayNameService(context) ? {} : undefined),
      onClick: (_event, { context }) => context && investigateQueries(context),
    })
    .addLink<QueriesContext>({
      title: 'Investigate this service',
      description: 'What broke, since when, and why: Faultline looks it up.',
      targets: PluginExtensionPoints.ExploreToolbarAction,
      icon: 'search',
      configure: (context) => (context && mayNameService(context) ? {} : undefined),
      onClick: (_event, { context }) => context && investigateQueries(context),
    })
    .addLink<TraceContext>({
      title: "Investigate this trace's service",
      description: 'What broke, since when, and why: Faultline looks it up around the time of this trace.',
      targets: PluginExtensionPoints.TraceViewHeaderActions,
      icon: 'search',
      path: investigatePath,
      configure: (context) => pathOrHidden(context && tracePath(context)),
    })
    .addLink<AlertContext>({
      title: 'Investigate this alert',
      description: 'What broke, since when, and why: Faultline looks it up around the time the alert began.',
      targets: PluginExtensionPoints.AlertInstanceAction,
      icon: 'search',
      path: investigatePath,
      configure: (context) => pathOrHidden(context && alertPath(context)),
    })
    .addLink({
      title: 'Investigate an incident',
      description: 'Say which service, and see what broke, since when, and why.',
      targets: PluginExtensionPoints.CommandPalette,
      icon: 'search',
      // With a path alone, Grafana 12.3 lists the entry and does nothing when it is chosen.
      onClick: () => locationService.push(startPath),
      configure: () => (hasEnvironment() ? {} : undefined),
    });
}

const pathOrHidden = (path: string | undefined) => (path ? { path } : undefined);
