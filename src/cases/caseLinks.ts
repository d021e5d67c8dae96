import { urlUtil } from '@grafana/data';
import { appId } from '../api/pluginIds';

/** The page with the list of cases; a case and its report are below it. */
export const casesPath = `/a/${appId}/cases`;

/** The list of an environment's cases. */
export function casesUrl(ds: string): string {
  return urlUtil.renderUrl(casesPath, { ds });
}

export function caseUrl(ds: string, id: string): string {
  return urlUtil.renderUrl(`${casesPath}/${encodeURIComponent(id)}`, { ds });
}

/** A case with one entry of its log in sight. */
export function entryUrl(ds: string, id: string, entry: string): string {
  return urlUtil.renderUrl(`${casesPath}/${encodeURIComponent(id)}`, { ds, entry });
}

export function reportPageUrl(ds: string, id: string): string {
  return urlUtil.renderUrl(`${casesPath}/${encodeURIComponent(id)}/report`, { ds });
}

/** A case as a game day. */
export function practiceUrl(ds: string, id: string): string {
  return urlUtil.renderUrl(`${casesPath}/${encodeURIComponent(id)}/practice`, { ds });
}

/** What an address below casesPath means. */
interface CaseAddress {
  ds?: string;
  id?: string;
  /** id of the entry to show */
  entry?: string;
  isReport: boolean;
  isPractice: boolean;
}

export function readCaseAddress(pathname: string, search: string): CaseAddress {
  const [id, part] = pathname.slice(casesPath.length).split('/').filter(Boolean);
  const params = new URLSearchParams(search);
  return {
    ds: params.get('ds') ?? undefined,
    entry: params.get('entry') ?? undefined,
    id: id ? decodeURIComponent(id) : undefined,
    isReport: part === 'report',
    isPractice: part === 'practice',
  };
}
