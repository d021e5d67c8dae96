import { useEffect, useRef, type RefObject } from 'react';

interface Anchor {
  card: Element;
  top: number; // px, in the document, so that scrolling does not move it
}

/** in px, in the window */
interface Point {
  x: number;
  y: number;
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
    let pointer: Point | undefined;
    // Whatever asks for a new anchor may come between findings and the observer that sees them, so the old one is held first.
    const hold = () => {
      const moved = anchor?.card.isConnected ? topOf(anchor.card) - anchor.top : 0;
      if (Math.abs(moved) >= 1) {
        window.scrollBy(0, moved);
      }
      anchor = anchorIn(element, pointer);
    };
    const observer = new ResizeObserver(hold);
    observer.observe(element);
    const onPointer = ({ target, clientX: x, clientY: y }: PointerEvent) => {
      pointer = { x, y };
      // It comes for every element that is passed, and within the card that is held there is nothing to measure anew.
      if (!anchor || !(target instanceof Node && anchor.card.contains(target))) {
        hold();
      }
    };
    // What scrolls by itself, a waterfall or a table, moves no card, and has no time to lose with every frame.
    const onScroll = ({ target }: Event) => target === document && hold();
    const how = { passive: true, capture: true };
    window.addEventListener('pointerover', onPointer, how);
    window.addEventListener('scroll', onScroll, how);
    window.addEventListener('focusin', hold, how);
    return () => {
      observer.disconnect();
      window.removeEventListener('pointerover', onPointer, how);
      window.removeEventListener('scroll', onScroll, how);
      window.removeEventListener('focusin', hold, how);
    };
  }, []);
  return root;
}

// What is under the pointer is looked up, once the page has been scrolled back: the element that the browser calls hovered is,
// while a page grows, often what has just been pushed there.
function anchorIn(root: Element, pointer: Point | undefined): Anchor | undefined {
  const under = pointer && document.elementFromPoint(pointer.x, pointer.y);
  const card = document.activeElement?.closest(selector) ?? under?.closest(selector) ?? firstInSight(root);
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
