import { useMemo, useSyncExternalStore } from 'react';
import { locationService } from '@grafana/runtime';
import type { Phase } from '../api/case.gen';
import type { Selection, SelectionState } from '../evidence/selectionContext';
import { phaseOrder } from './phases';

const subscribe = (changed: () => void) => locationService.getHistory().listen(changed);
const readSearch = () => locationService.getLocation().search;

/** The selection as the address has it. Choosing something adds to the browser's history, so that Back leads back. */
export function useAddressSelection(): SelectionState {
  const search = useSyncExternalStore(subscribe, readSearch);
  return useMemo(() => ({ selection: readSelection(search), select }), [search]);
}

/** Reads the selection out of an address's search part; what is not known there is left alone. */
function readSelection(search: string): Selection {
  const params = new URLSearchParams(search);
  const text = (name: string) => params.get(name) || undefined;
  const phase = phaseOrder.find((known): known is Phase => known === params.get('phase'));
  return { phase, step: text('step'), trace: text('trace'), span: text('span'), line: text('line') };
}

function select({ phase, step, trace, span, line }: Selection): void {
  const before = readSelection(readSearch());
  const after = { phase, step, trace, span, line };
  // The same choice again is no new place to come back to.
  locationService.partial(after, JSON.stringify(before) === JSON.stringify(after));
}
