import { useCallback } from 'react';
import { formatMoment } from '../format/formatInterval';
import { useFacts } from './factsContext';

/** How moments of the investigation around are written: with their date where that is not the day of its end. */
export function useMoment(): (time: string | number) => string {
  const { charted } = useFacts();
  const end = charted?.to;
  return useCallback((time) => formatMoment(time, end ?? time), [end]);
}
