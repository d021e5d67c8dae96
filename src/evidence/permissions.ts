import { config } from '@grafana/runtime';

/** Whether the user may ask questions in Explore, and so in the apps that build on it. */
export function mayExplore(): boolean {
  return config.bootData.user.permissions?.['datasources:explore'] === true;
}
