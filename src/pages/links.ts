import { urlUtil } from '@grafana/data';
import { appId } from '../api/pluginIds';
import type { RawWindow } from '../format/parseWindow';

/** Everything that a link to an investigation holds. */
export interface InvestigationLink {
  /** uid of the data source instance that looks */
  ds: string;
  service: string;
  operation?: string;
  window?: RawWindow;
}

export const startPath = `/a/${appId}`;
export const investigatePath = `${startPath}/investigate`;

/** The address of an investigation, below Grafana's own. */
export function investigationUrl({ ds, service, operation, window }: InvestigationLink): string {
  return urlUtil.renderUrl(investigatePath, { ds, service, ...(operation && { operation }), ...window });
}

/** Reads an address's search part; undefined when it does not say what to investigate. */
export function readInvestigationLink(search: string): InvestigationLink | undefined {
  const params = new URLSearchParams(search);
  const [ds, service, from, to] = ['ds', 'service', 'from', 'to'].map((name) => params.get(name));
  if (!ds || !service) {
    return undefined;
  }
  return {
    ds,
    service,
    operation: params.get('operation') || undefined,
    window: from || to ? { from: from || 'now-1h', to: to || 'now' } : undefined,
  };
}
