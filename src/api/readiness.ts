import type { Query, Value } from './case.gen';
import { whileWanted } from './leaving';
import { answerOf, resourceUrl } from './resource';
import { useAnswer, type Asked } from './useAnswer';

/** What makes an investigation fast, in the order in which it is used. */
export const factorNames = ['alerts', 'traces', 'logs', 'attributes', 'infrastructure'] as const;

export type FactorName = (typeof factorNames)[number];

export type FactorState = 'ready' | 'partly' | 'missing' | 'not checked';

/** One of them for one service. */
export interface Factor {
  factor: FactorName;
  state: FactorState;
  /** what was seen, or why nobody could look */
  sentence: string;
  advice?: string;
  values?: Value[];
  /** what an investigation could not find for lack of it */
  blind?: string;
  change?: Change;
}

/** Something to do, and where the tool's own documentation says how. */
export interface Change {
  sentence: string;
  tool: string;
  documentation: string;
}

export interface ServiceReadiness {
  service: string;
  factors: Factor[];
  /** that these are several services of one name; absent where it is one */
  mixed?: string;
  /** the factor whose change helps most; absent where nothing is missing */
  first?: FactorName;
}

/** How well the services of an environment could be investigated, the least ready first. */
export interface ReadinessReport {
  services: ServiceReadiness[];
  window: { from: string; to: string };
  queries: Query[];
  /** why the list may lack services */
  problems: string[];
}

/** Measures how well the services of an environment could be investigated. */
export function useReadiness(dataSourceUid: string): Asked<ReadinessReport> {
  return useAnswer(dataSourceUid, async (signal) => {
    const answer = await answerOf(whileWanted(fetch(resourceUrl(dataSourceUid, 'readiness')), signal));
    return (await answer.json()) as ReadinessReport;
  });
}
