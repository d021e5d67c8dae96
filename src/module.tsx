import './publicPath';
import { lazy, Suspense } from 'react';
import { AppPlugin, type AppPluginMeta, type PluginConfigPageProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { addLinks } from './extensions/addLinks';

// This module is loaded on Grafana's own pages too, so it holds nothing but the ways to the app.
const LazyApp = lazy(async () => {
  const { load } = await import(/* webpackChunkName: "app" */ './app/load');
  return load();
});
const LazyConnect = lazy(async () => {
  const { load } = await import(/* webpackChunkName: "connect" */ './connect/load');
  return load();
});

const App = () => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyApp />
  </Suspense>
);
const Connect = (props: PluginConfigPageProps<AppPluginMeta>) => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyConnect {...props} />
  </Suspense>
);

export const plugin = new AppPlugin()
  .setRootPage(App)
  // Grafana shows the title as it is here, before translations are there.
  .addConfigPage({ id: 'connect', title: 'Connect', icon: 'link', body: Connect });
addLinks(plugin);
