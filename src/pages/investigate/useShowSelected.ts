import { useEffect, useRef } from 'react';
import type { Selection } from '../../evidence/selectionContext';
import { phaseSectionId } from '../../phases/PhaseSection';
import { stepCardId } from '../../phases/StepCard';

/**
 * Brings what is selected into sight when the selection changes, or as soon as it is on the page. A selection is shown
 * once: a person who has gone on is not called back.
 */
export function useShowSelected({ step, phase }: Selection, endedSteps: number): void {
  const shown = useRef<string | undefined>(undefined);
  const wanted = step ? stepCardId(step) : phase && phaseSectionId(phase);
  useEffect(() => {
    if (!wanted) {
      shown.current = undefined;
    } else if (shown.current !== wanted && show(wanted)) {
      shown.current = wanted;
    }
  }, [wanted, endedSteps]);
}

/** Scrolls to an element of the page and gives it the focus; says whether it is there. */
export function show(id: string): boolean {
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: 'start' });
  element?.focus({ preventScroll: true });
  return element !== null;
}
