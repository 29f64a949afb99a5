import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { rowWindow, type RowWindow } from './virtual-window';

interface VirtualRowsProps {
  readonly count: number;
  /** Of each row, px. */
  readonly rowHeight: number;
  readonly label: string;
  readonly row: (index: number) => ComponentChildren;
  /** Called with the rows that are rendered, when they change. */
  readonly onSee?: (rows: RowWindow) => void;
  /** A row that is brought in sight, once it is there; null: none. */
  readonly target?: number | null;
}

/** A list of any length, of which only the rows near the window are in the document. It scrolls with the page. */
export function VirtualRows({ count, rowHeight, label, row, onSee, target = null }: VirtualRowsProps) {
  const place = useRef<HTMLUListElement>(null);
  const [shown, setShown] = useState<RowWindow>({ first: 0, end: Math.min(count, 40) });
  useEffect(() => {
    const look = (): void => {
      const top = place.current?.getBoundingClientRect().top ?? 0;
      const next = rowWindow(count, rowHeight, top, innerHeight);
      setShown((before) => (before.first === next.first && before.end === next.end ? before : next));
      onSee?.(next);
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [count, rowHeight, onSee]);
  useTarget(place, target !== null && target < count ? target : null, rowHeight);
  const rows = Array.from(
    { length: Math.max(0, Math.min(count, shown.end) - shown.first) },
    (_, at) => shown.first + at,
  );
  return (
    <ul class="virtual" ref={place} aria-label={label} style={{ height: `${count * rowHeight}px` }}>
      {rows.map((index) => (
        <li
          key={index}
          aria-setsize={count}
          aria-posinset={index + 1}
          style={{ top: `${index * rowHeight}px`, height: `${rowHeight}px` }}
        >
          {row(index)}
        </li>
      ))}
    </ul>
  );
}

/** Brings a row in sight, once. */
function useTarget(place: { readonly current: HTMLElement | null }, target: number | null, rowHeight: number): void {
  useEffect(() => {
    const list = place.current;
    if (target === null || list === null) return;
    const top = list.getBoundingClientRect().top + target * rowHeight;
    if (top < EDGE || top > innerHeight - EDGE) scrollBy({ top: top - innerHeight / 3 });
  }, [target]);
}

/** A row nearer to the edge of the window than this is not in sight: the header may be over it, px. */
const EDGE = 100;

const NARROW = '(max-width: 640px)';

/** The height of a row that has two lines where the window is narrow, px. */
export function useRowHeight(wide: number, narrow: number): number {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const change = (): void => setNarrow(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return isNarrow ? narrow : wide;
}
