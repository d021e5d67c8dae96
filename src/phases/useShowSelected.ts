import { useEffect, useRef } from 'react';
import type { Phase } from '../api/case.gen';
import type { Selection, SelectionState } from '../evidence/selectionContext';
import { useAddressSelection } from './addressSelection';
import { phaseSectionId } from './PhaseSection';
import { stepCardId } from './StepCard';

/** What the address selects, and how a page's lists lead to a step, by its key, or to a phase. */
interface Selected {
  chosen: SelectionState;
  showStep: (key: string) => void;
  showPhase: (phase: Phase) => void;
}

/** Keeps what the address selects in sight. endedSteps is how many steps the page shows, among which it may be by now. */
export function useSelected(endedSteps: number): Selected {
  const chosen = useAddressSelection();
  useShowSelected(chosen.selection, endedSteps);
  const showStep = (step: string) => {
    chosen.select({ step });
    show(stepCardId(step));
  };
  const showPhase = (phase: Phase) => {
    chosen.select({ phase });
    show(phaseSectionId(phase));
  };
  return { chosen, showStep, showPhase };
}

/**
 * Brings what is selected into sight when the selection changes, or as soon as it is on the page. A selection is shown
 * once: a person who has gone on is not called back.
 */
function useShowSelected({ step, phase }: Selection, endedSteps: number): void {
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
function show(id: string): boolean {
  const element = document.getElementById(id);
  element?.scrollIntoView({ block: 'start' });
  element?.focus({ preventScroll: true });
  return element !== null;
}
