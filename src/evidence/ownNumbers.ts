import { createContext, useContext, type ComponentType } from 'react';

/** Shows the numbers that a service gives of itself. */
type OwnNumbersComponent = ComponentType<{ service: string }>;

const OwnNumbersContext = createContext<OwnNumbersComponent | undefined>(undefined);

/** Says how a row of dependencies opens to its service's own numbers; where it is not said, rows do not open. */
export const OwnNumbersProvider = OwnNumbersContext.Provider;

/** How the page around shows a service's own numbers. */
export function useOwnNumbers(): OwnNumbersComponent | undefined {
  return useContext(OwnNumbersContext);
}
