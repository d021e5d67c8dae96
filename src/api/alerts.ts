import { config } from '@grafana/runtime';
import type { Subject, Window } from './case.gen';

/** What the backend knows of an alert that its webhook was told of. */
interface KnownAlert {
  subject: Subject;
  window: Window;
}

/** Asks about an alert by its fingerprint; undefined when the backend has not heard of it or does not remember it. */
export async function readAlert(dataSourceUid: string, fingerprint: string): Promise<KnownAlert | undefined> {
  const path = [dataSourceUid, 'resources', 'alerts', fingerprint].map(encodeURIComponent).join('/');
  try {
    const response = await fetch(`${config.appSubUrl}/api/datasources/uid/${path}`);
    return response.ok ? ((await response.json()) as KnownAlert) : undefined;
  } catch {
    return undefined;
  }
}
