import { useEffect } from 'react';
import { dateTime } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import type { Window } from '../../api/case.gen';
import { parseWindow } from '../../format/parseWindow';

const isMoment = (text: string | null) => Boolean(text) && !text?.startsWith('now');

/**
 * Writes the window into the address as two moments where it is relative or missing there, so that a link or a reload
 * shows the same time. Says whether the address has it so already; nothing should be asked before.
 */
export function usePinnedWindow(search: string, window: Window | undefined, isWanted: boolean): boolean {
  const params = new URLSearchParams(search);
  const isPinned = isMoment(params.get('from')) && isMoment(params.get('to'));
  const needed = isWanted && !isPinned;
  useEffect(() => {
    if (needed) {
      const { from, to } = window ?? parseWindow({ from: 'now-1h', to: 'now' });
      locationService.partial({ from: String(dateTime(from).valueOf()), to: String(dateTime(to).valueOf()) }, true);
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the window is read once: a relative one moves with time
  }, [needed]);
  return !needed;
}
