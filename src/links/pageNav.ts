import { useMemo } from 'react';
import type { NavModelItem } from '@grafana/data';
import type { Subject, Verdict } from '../api/case.gen';

/**
 * What Grafana calls a page in the browser's tab, in the breadcrumbs and in its history of pages. Above it stands the page that it
 * belongs to, beside those of the manifest. The same object is given as long as the texts stay, since Grafana draws its frame anew for
 * another.
 */
export function usePageNav(text: string, aboveText = '', aboveUrl = ''): NavModelItem {
  return useMemo(
    () => ({ text, ...(aboveText && { parentItem: { text: aboveText, url: aboveUrl } }) }),
    [text, aboveText, aboveUrl]
  );
}

/** A service with its operation, and after a comma what was found about it, such as "shop GET /cart, Likely: shop was rolled out". */
export function nameOf({ service, operation }: Subject, verdict?: Pick<Verdict, 'sentence'>): string {
  const subject = [service, operation].filter(Boolean).join(' ');
  // A title has no full stop.
  return verdict ? `${subject}, ${verdict.sentence.replace(/\.$/, '')}` : subject;
}
