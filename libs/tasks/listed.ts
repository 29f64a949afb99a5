import type { ListedCounts } from './task-events';
import { endsOf } from './subtask';
import type { SubtaskState } from './subtask';

/** The highest number of subtasks that one notification listed for an entry. */
export interface ListedMaximum {
  /** Over all notifications. */
  readonly ever: number;
  /** Over the notifications that report the task as finished. */
  readonly atFinish: number;
}

/** Highest counts by entry: kind and definition, or kind alone, each with those of the parents (see `ListedCounts`). */
export type Listed = ReadonlyMap<string, ListedMaximum>;

/** The counts of one report. */
export function listedInReport(counts: ListedCounts, finished: boolean): Listed {
  const entries = Object.entries(counts);
  return new Map(entries.map(([entry, count]) => [entry, { ever: count, atFinish: finished ? count : 0 }]));
}

export function joinListedMaxima(a: ListedMaximum, b: ListedMaximum): ListedMaximum {
  return { ever: Math.max(a.ever, b.ever), atFinish: Math.max(a.atFinish, b.atFinish) };
}

/** The two entries that a subtask counts for. */
export interface ListedEntries {
  /** Its kind and definition, with those of its parents: `AiAnalysis:1/AiAnalysis.Cover:7`. */
  readonly own: string;
  /** Its kind and those of its parents: `AiAnalysis/AiAnalysis.Cover`. The same as `own` where none has a definition. */
  readonly kind: string;
}

/** The entries of a subtask, read from its key. The parts of a key are escaped, so `/` and `:` are separators. */
export function entriesOf(key: string): ListedEntries {
  const parts = key.split('/').map((part) => part.split(':'));
  const own = parts.map(([kind = '', definition = '']) => (definition === '' ? kind : `${kind}:${definition}`));
  return { own: own.join('/'), kind: parts.map(([kind = '']) => kind).join('/') };
}

/** The number of ended subtasks by entry, twins counted. `endedOf` gives the number for one key. */
function endedByEntry(
  subtasks: Iterable<SubtaskState>,
  endedOf: (subtask: SubtaskState) => number,
): ReadonlyMap<string, number> {
  const ended = new Map<string, number>();
  for (const subtask of subtasks) {
    const count = endedOf(subtask);
    if (count === 0) continue;
    const { own, kind } = entriesOf(subtask.key);
    for (const entry of new Set([own, kind])) ended.set(entry, (ended.get(entry) ?? 0) + count);
  }
  return ended;
}

/**
 * Whether more subtasks of an entry have ended than any notification listed for it, so that partial lists contradict each
 * other. Entries that no applied report lists are not compared.
 */
export function exceedsListed(subtasks: Iterable<SubtaskState>, listed: Listed): boolean {
  const ended = endedByEntry(subtasks, (subtask) => {
    const { succeeded, failed } = endsOf(subtask);
    return succeeded + failed;
  });
  return [...ended].some(([entry, count]) => count > (listed.get(entry)?.ever ?? count));
}

/**
 * The keys of open subtasks of a finished task that duplicate others under an earlier spelling of their input: no FINISH listed
 * them; for their entry (the entry of their kind, if they have no definition) a FINISH listed as many as any notification did;
 * and at least as many have ended.
 */
export function supersededKeys(subtasks: Iterable<SubtaskState>, listed: Listed): ReadonlySet<string> {
  const all = [...subtasks];
  const candidates = all.filter((subtask) => !subtask.atEnd && endsOf(subtask).open > 0);
  if (candidates.length === 0) return new Set();
  const ended = endedByEntry(all, endedTwins);
  const superseded = candidates.filter(({ key, definition }) => {
    const { own, kind } = entriesOf(key);
    const entry = definition === null ? kind : own;
    const { ever, atFinish } = listed.get(entry) ?? { ever: 0, atFinish: 0 };
    return ever > 0 && atFinish === ever && (ended.get(entry) ?? 0) >= ever;
  });
  return new Set(superseded.map(({ key }) => key));
}

/** The number of ended twins of a key; a twin that was reported as succeeded and as failed counts once. */
function endedTwins(subtask: SubtaskState): number {
  const { succeeded, failed } = endsOf(subtask);
  return Math.min(succeeded + failed, subtask.twins?.total ?? 1);
}
