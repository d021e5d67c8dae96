import { useEffect, useRef, useState, type RefObject } from 'react';

/** Follows how wide an element is, in pixels; 0 until it has been laid out. */
export function useWidth<Element extends HTMLElement>(): [RefObject<Element>, number] {
  const ref = useRef<Element>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    if (ref.current) {
      observer.observe(ref.current);
    }
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
