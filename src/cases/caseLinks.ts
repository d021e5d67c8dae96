import { urlUtil } from '@grafana/data';
import { appId } from '../api/pluginIds';

/** The page with the list of cases; a case and its report are below it. */
export const casesPath = `/a/${appId}/cases`;

export function caseUrl(ds: string, id: string): string {
  return urlUtil.renderUrl(`${casesPath}/${encodeURIComponent(id)}`, { ds });
}

export function reportPageUrl(ds: string, id: string): string {
  return urlUtil.renderUrl(`${casesPath}/${encodeURIComponent(id)}/report`, { ds });
}

/** What an address below casesPath means. */
interface CaseAddress {
  ds?: string;
  id?: string;
  isReport: boolean;
}

export function readCaseAddress(pathname: string, search: string): CaseAddress {
  const [id, part] = pathname.slice(casesPath.length).split('/').filter(Boolean);
  return {
    ds: new URLSearchParams(search).get('ds') ?? undefined,
    id: id ? decodeURIComponent(id) : undefined,
    isReport: part === 'report',
  };
}
