import { useEffect, useRef, type RefObject } from 'react';

interface Anchor {
  card: Element;
  top: number; // px, in the document, so that scrolling does not move it
}

const selector = '[data-readable]';

/**
 * Keeps what a person reads where it is while findings come in above it: the card with the focus, else the one under the
 * pointer, else the first in sight once the page has been scrolled. Nothing is held before somebody has begun to read.
 */
export function useSteadyReading<Root extends HTMLElement>(): RefObject<Root> {
  const root = useRef<Root>(null);
  useEffect(() => {
    const element = root.current;
    if (!element) {
      return;
    }
    let anchor: Anchor | undefined;
    // Whatever asks for a new anchor may come between findings and the observer that sees them, so the old one is held first.
    const hold = () => {
      const moved = anchor?.card.isConnected ? topOf(anchor.card) - anchor.top : 0;
      if (Math.abs(moved) >= 1) {
        window.scrollBy(0, moved);
      }
      anchor = anchorIn(element);
    };
    const observer = new ResizeObserver(hold);
    observer.observe(element);
    // What scrolls by itself, a waterfall or a table, moves no card, and has no time to lose with every frame.
    const mark = ({ type, target }: Event) => (type === 'scroll' && target !== document ? undefined : hold());
    const marks = ['scroll', 'pointerover', 'focusin'] as const;
    marks.forEach((event) => window.addEventListener(event, mark, { passive: true, capture: true }));
    return () => {
      observer.disconnect();
      marks.forEach((event) => window.removeEventListener(event, mark, { capture: true }));
    };
  }, []);
  return root;
}

function anchorIn(root: Element): Anchor | undefined {
  const card =
    document.activeElement?.closest(selector) ?? root.querySelector(`${selector}:hover`) ?? firstInSight(root);
  return card && root.contains(card) ? { card, top: topOf(card) } : undefined;
}

function firstInSight(root: Element): Element | undefined {
  if (window.scrollY === 0) {
    return undefined;
  }
  return [...root.querySelectorAll(selector)].find((card) => card.getBoundingClientRect().bottom > 0);
}

function topOf(card: Element): number {
  return card.getBoundingClientRect().top + window.scrollY;
}
