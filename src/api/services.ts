import type { Scope } from './case.gen';
import type { Failure } from './failure';
import { whileWanted } from './leaving';
import { answerOf, resourceUrl } from './resource';
import { useAnswer, type Asked } from './useAnswer';

/** One service's requests now and an hour before; null is what nobody measured. The scope says which of several of its name. */
export interface ServiceNumbers extends Scope {
  service: string;
  /** requests, 1/s */
  rate: number | null;
  rateBefore: number | null;
  /** share of the requests that failed */
  errors: number | null;
  errorsBefore: number | null;
}

/** The services of an environment, the worst first. */
interface ServiceOverview {
  services: ServiceNumbers[];
  at: string;
  /** what the numbers are from; empty where no request metric is known */
  metric: string;
  /** why services may be missing; undefined where the store's answers are whole */
  doubt?: Failure;
}

/** Asks how the services of an environment fare. */
export function useServices(dataSourceUid: string): Asked<ServiceOverview> {
  return useAnswer(dataSourceUid, async (signal) => {
    const answer = await answerOf(whileWanted(fetch(resourceUrl(dataSourceUid, 'services')), signal));
    return (await answer.json()) as ServiceOverview;
  });
}
