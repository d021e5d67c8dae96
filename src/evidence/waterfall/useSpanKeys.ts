import type { KeyboardEvent } from 'react';
import type { WaterfallState } from './useWaterfall';
import { along, closer, whole } from './zoom';

interface Keyed {
  waterfall: WaterfallState;
  /** index of the row that the keys act on */
  active: number;
  goTo: (index: number) => void;
  onChoose: (id: string) => void;
}

const page = 12; // rows

/** What the keys of a waterfall do, as in other trees: move, fold, open; and zoom. */
export function useSpanKeys({ waterfall, active, goTo, onChoose }: Keyed) {
  const { rows, folded, fold, zoom, setZoom } = waterfall;
  const row = rows[active];
  const id = row?.span.id ?? '';
  const canFold = (row?.descendants ?? 0) > 0;
  const unfoldOrEnter = () => (folded.has(id) ? fold(id, false) : canFold && goTo(active + 1));
  const foldOrLeave = () => {
    if (canFold && !folded.has(id)) {
      fold(id, true);
      return;
    }
    const parent = rows.findLastIndex((other, index) => index < active && other.depth < (row?.depth ?? 0));
    goTo(parent < 0 ? active : parent);
  };
  const actions: Record<string, () => unknown> = {
    ArrowDown: () => goTo(active + 1),
    ArrowUp: () => goTo(active - 1),
    PageDown: () => goTo(active + page),
    PageUp: () => goTo(active - page),
    Home: () => goTo(0),
    End: () => goTo(rows.length - 1),
    ArrowRight: unfoldOrEnter,
    ArrowLeft: foldOrLeave,
    'Shift+ArrowRight': () => setZoom(along(zoom, 1)),
    'Shift+ArrowLeft': () => setZoom(along(zoom, -1)),
    Enter: () => onChoose(id),
    ' ': () => onChoose(id),
    '+': () => setZoom(closer(zoom, 1)),
    '=': () => setZoom(closer(zoom, 1)),
    '-': () => setZoom(closer(zoom, -1)),
    '0': () => setZoom(whole),
  };
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === '/') {
      event.preventDefault();
      event.currentTarget.closest('[data-readable]')?.querySelector('input')?.focus();
      return;
    }
    const isShifted = event.shiftKey && event.key.startsWith('Arrow');
    const action = actions[isShifted ? `Shift+${event.key}` : event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  };
}
