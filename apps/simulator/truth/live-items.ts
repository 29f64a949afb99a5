import type { SimulatedItem } from '../catalogue/live-kinds';
import type { View } from '../task/view';

/** An item of a live stream that is not superseded. */
export interface ExpectedLiveItem {
  readonly kind: string;
  readonly start_offset: number;
  readonly end_offset: number;
  readonly text: string | null;
  readonly steady: boolean;
}

/**
 * The current items of a live stream after these views. Of two reports of one item the steady one counts, then the one that ends
 * later. Items of one kind, speaker and start: the steady ones, or else the unsteady one that ends last.
 */
export function currentItems(views: readonly View[]): readonly ExpectedLiveItem[] {
  const reports = views.flatMap(({ word, items = [] }) => (word === 'FINISH' ? [] : items));
  const items = [...highest(reports, itemName).values()];
  const steady = items.filter((item) => item.steady);
  const replaced = new Set(steady.map(seriesName));
  const open = items.filter((item) => !item.steady && !replaced.has(seriesName(item)));
  return [...steady, ...highest(open, seriesName).values()].map(expected).sort(byText);
}

function highest(
  reports: readonly SimulatedItem[],
  nameOf: (item: SimulatedItem) => string,
): ReadonlyMap<string, SimulatedItem> {
  const best = new Map<string, SimulatedItem>();
  for (const report of reports) {
    const known = best.get(nameOf(report));
    if (known === undefined || ranksHigher(report, known)) best.set(nameOf(report), report);
  }
  return best;
}

function ranksHigher(a: SimulatedItem, b: SimulatedItem): boolean {
  return a.steady === b.steady ? a.end > b.end : a.steady;
}

function seriesName({ kind, speaker, start }: SimulatedItem): string {
  return JSON.stringify([kind.kind, speaker, start]);
}

/** A kind without a text has no other difference between items of one start. */
function itemName(item: SimulatedItem): string {
  return JSON.stringify([seriesName(item), item.kind.text === null ? '' : item.text]);
}

function expected({ kind, text, start, end, steady }: SimulatedItem): ExpectedLiveItem {
  const offsets = kind.offsets === null ? { start_offset: 0, end_offset: 0 } : { start_offset: start, end_offset: end };
  return { kind: kind.kind, ...offsets, text: kind.text === null ? null : text, steady };
}

const byText = (a: ExpectedLiveItem, b: ExpectedLiveItem): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
