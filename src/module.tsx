import './publicPath';
import { lazy, Suspense } from 'react';
import { AppPlugin } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { addLinks } from './extensions/addLinks';

// This module is loaded on Grafana's own pages too, so it holds nothing but the ways to the app.
const LazyApp = lazy(async () => {
  const { load } = await import(/* webpackChunkName: "app" */ './app/load');
  return load();
});

const App = () => (
  <Suspense fallback={<LoadingPlaceholder text="" />}>
    <LazyApp />
  </Suspense>
);

export const plugin = new AppPlugin().setRootPage(App);
addLinks(plugin);
