import { createContext, useContext, useState } from 'react';
import type { Phase } from '../api/case.gen';

/** What a person looks at. A part that is absent is not chosen. */
export interface Selection {
  phase?: Phase;
  /** key of a step, for example "impact/latency" */
  step?: string;
  /** id of a trace */
  trace?: string;
  /** id of a span of that trace */
  span?: string;
  /** key of a log line, as lineKeys gives it */
  line?: string;
}

/** The selection and the way to another; what another one does not name is no longer chosen. */
export interface SelectionState {
  selection: Selection;
  select: (selection: Selection) => void;
}

const SelectionContext = createContext<SelectionState | undefined>(undefined);

/** Where the selection is kept for everything inside, for example in the address. */
export const SelectionProvider = SelectionContext.Provider;

/** The selection around; outside of any provider each user has one of its own. */
export function useSelection(): SelectionState {
  const around = useContext(SelectionContext);
  const [selection, select] = useState<Selection>({});
  return around ?? { selection, select };
}
