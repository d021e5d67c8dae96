import { useMemo } from 'react';
import { withLocalTimes } from '../format/sentenceTimes';
import { useFacts } from './factsContext';

/** How sentences of the investigation around are shown: with their times in the reader's zone, as in charts and tables. */
export function useLocalTimes(): (sentence: string) => string {
  const { charted } = useFacts();
  const end = charted?.to;
  return useMemo(() => (sentence) => withLocalTimes(sentence, end ? Date.parse(end) : Date.now()), [end]);
}
