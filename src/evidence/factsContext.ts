import { createContext, useContext } from 'react';
import type { Facts } from '../api/case.gen';

const FactsContext = createContext<Facts>({});

/** What the investigation has learned, for evidence that marks it: a chart the onset, a waterfall the culprit. */
export const FactsProvider = FactsContext.Provider;

/** The facts of the investigation around; nothing is known outside one. */
export function useFacts(): Facts {
  return useContext(FactsContext);
}
