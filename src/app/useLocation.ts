import { useSyncExternalStore } from 'react';
import { locationService } from '@grafana/runtime';

const subscribe = (changed: () => void) => locationService.getHistory().listen(changed);
const read = () => locationService.getLocation();

/**
 * The address below Grafana's own, followed as it changes. It is Grafana's history and not a router's context, because
 * hosts from 12.3 to 13 hand plugins different routers.
 */
export function useLocation() {
  return useSyncExternalStore(subscribe, read);
}
