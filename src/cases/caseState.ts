import type { Author, CaseEvent, CaseState, SavedCase, WatchState } from '../api/case.gen';

/** A case as the page knows it. */
export interface KnownCase {
  saved?: SavedCase;
  state?: CaseState;
  here: Author[];
  watch?: WatchState;
  isDeleted?: boolean;
}

export const unknownCase: KnownCase = { here: [] };

/** Takes in one event; events of a newer backend change nothing. */
export function takeIn(known: KnownCase, event: CaseEvent): KnownCase {
  switch (event.type) {
    case 'case':
      return { ...known, saved: event.saved, state: event.state };
    case 'entry':
      return withEntry(known, event);
    case 'here':
      return { ...known, here: event.here ?? [] };
    case 'watch':
      return { ...known, watch: event.watch };
    case 'deleted':
      return { ...known, isDeleted: true };
    default:
      return known;
  }
}

function withEntry(known: KnownCase, { entry, state }: CaseEvent): KnownCase {
  if (!known.saved || !entry || known.saved.entries.some(({ id }) => id === entry.id)) {
    return known;
  }
  return { ...known, state, saved: { ...known.saved, entries: [...known.saved.entries, entry] } };
}
