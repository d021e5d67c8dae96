import { useEffect, useRef, type RefObject } from 'react';

/**
 * Keeps the focus in a place whose content gives way to another: the button that somebody has pressed is gone then, and the
 * first of what came instead has the focus. What is shown there says when that happens.
 */
export function useKeptFocus<Place extends HTMLElement>(shown: string): RefObject<Place> {
  const place = useRef<Place>(null);
  const isHere = useRef(false);
  useEffect(() => {
    const element = place.current;
    // What is taken out of the page says nothing of the focus that goes with it.
    const follow = ({ target }: FocusEvent) => {
      isHere.current = target instanceof Node && Boolean(element?.contains(target));
    };
    document.addEventListener('focusin', follow);
    return () => document.removeEventListener('focusin', follow);
  }, []);
  useEffect(() => {
    if (isHere.current && document.activeElement === document.body) {
      place.current?.querySelector<HTMLElement>('input, button')?.focus();
    }
  }, [shown]);
  return place;
}
