import { useDeferredValue, useMemo, useState } from 'react';
import type { Culprit, Trace } from '../../api/case.gen';
import { searchSpans } from './searchSpans';
import { ancestorsOf, placeSpans, unfolded, type PlacedSpan } from './spanTree';
import { whole, type Zoom } from './zoom';

/** A waterfall's spans as they stand, and what a person can do with them. */
export interface WaterfallState {
  /** every span of the trace */
  placed: PlacedSpan[];
  /** those that are not folded away */
  rows: PlacedSpan[];
  folded: ReadonlySet<string>;
  /** Folds a span's descendants away, or shows them again. */
  fold: (id: string, isFolded: boolean) => void;
  /** Folds everything below the roots, or nothing. */
  foldAll: (isFolded: boolean) => void;
  /** Unfolds whatever hides a span. */
  reveal: (id: string) => void;
  search: string;
  setSearch: (text: string) => void;
  /** ids of the spans that the search finds */
  found: string[];
  zoom: Zoom;
  setZoom: (zoom: Zoom) => void;
}

const nothing: ReadonlySet<string> = new Set();

/** Keeps what is folded, searched for and zoomed into in a waterfall. */
export function useWaterfall(trace: Trace, culprit: Culprit | undefined): WaterfallState {
  const placed = useMemo(() => placeSpans(trace, culprit), [trace, culprit]);
  const [folded, setFolded] = useState(nothing);
  const [search, setSearch] = useState('');
  const [zoom, setZoom] = useState(whole);
  const rows = useMemo(() => unfolded(placed, folded), [placed, folded]);
  const wanted = useDeferredValue(search);
  const found = useMemo(() => searchSpans(placed, wanted), [placed, wanted]);
  const fold = (id: string, isFolded: boolean) => {
    const after = new Set(folded);
    if (isFolded) {
      after.add(id);
    } else {
      after.delete(id);
    }
    setFolded(after);
  };
  const foldAll = (isFolded: boolean) => {
    const parents = placed.filter(({ depth, descendants }) => depth > 0 && descendants > 0);
    setFolded(isFolded ? new Set(parents.map(({ span }) => span.id)) : nothing);
  };
  const reveal = (id: string) => {
    const hiding = ancestorsOf(placed, id).filter((ancestor) => folded.has(ancestor));
    if (hiding.length > 0) {
      setFolded(new Set([...folded].filter((other) => !hiding.includes(other))));
    }
  };
  return { placed, rows, folded, fold, foldAll, reveal, search, setSearch, found, zoom, setZoom };
}
