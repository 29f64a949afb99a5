import type { ListedCounts } from './task-events';
import { endsOf } from './subtask';
import type { SubtaskState } from './subtask';

/** How many subtasks one notification showed of an entry, at most. */
export interface MostListed {
  readonly ever: number;
  /** Of the notifications that told that the task has finished. */
  readonly atFinish: number;
}

/** By entry: a kind and definition with those of its parents, or a kind with those of its parents (see `ListedCounts`). */
export type Listed = ReadonlyMap<string, MostListed>;

/** What one report lists. */
export function listedAlone(counts: ListedCounts, finished: boolean): Listed {
  const entries = Object.entries(counts);
  return new Map(entries.map(([entry, count]) => [entry, { ever: count, atFinish: finished ? count : 0 }]));
}

export function joinMost(a: MostListed, b: MostListed): MostListed {
  return { ever: Math.max(a.ever, b.ever), atFinish: Math.max(a.atFinish, b.atFinish) };
}

/** Where a subtask is counted. */
export interface Entries {
  /** Its kind and definition, with those of its parents: `AiAnalysis:1/AiAnalysis.Cover:7`. */
  readonly own: string;
  /** Its kind and those of its parents: `AiAnalysis/AiAnalysis.Cover`. The same as `own` where none has a definition. */
  readonly kind: string;
}

/** The entries of a subtask, by its key: parts are escaped, so that `/` and `:` divide. */
export function entriesOf(key: string): Entries {
  const parts = key.split('/').map((part) => part.split(':'));
  const own = parts.map(([kind = '', definition = '']) => (definition === '' ? kind : `${kind}:${definition}`));
  return { own: own.join('/'), kind: parts.map(([kind = '']) => kind).join('/') };
}

/** How many subtasks of each entry have ended, twins counted. `endedOf` says how many of one key. */
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
 * Whether more subtasks of one entry have ended than any one notification ever listed in it: partial lists contradict each
 * other. An entry that no applied report lists is not judged.
 */
export function exceedsListed(subtasks: Iterable<SubtaskState>, listed: Listed): boolean {
  const ended = endedByEntry(subtasks, (subtask) => {
    const { succeeded, failed } = endsOf(subtask);
    return succeeded + failed;
  });
  return [...ended].some(([entry, count]) => count > (listed.get(entry)?.ever ?? count));
}

/**
 * The keys of open subtasks of a finished task that are others under an earlier spelling of their input: no FINISH listed
 * them, and of their entry (of their kind's, where they have no definition) a FINISH listed as many as any notification
 * ever did, and at least as many have ended.
 */
export function supersededKeys(subtasks: Iterable<SubtaskState>, listed: Listed): ReadonlySet<string> {
  const all = [...subtasks];
  const candidates = all.filter((subtask) => !subtask.atEnd && endsOf(subtask).open > 0);
  if (candidates.length === 0) return new Set();
  const ended = endedByEntry(all, endedOnce);
  const superseded = candidates.filter(({ key, definition }) => {
    const { own, kind } = entriesOf(key);
    const entry = definition === null ? kind : own;
    const { ever, atFinish } = listed.get(entry) ?? { ever: 0, atFinish: 0 };
    return ever > 0 && atFinish === ever && (ended.get(entry) ?? 0) >= ever;
  });
  return new Set(superseded.map(({ key }) => key));
}

/** How many of a key's twins have ended, each counted once although it may have been told in two ways. */
function endedOnce(subtask: SubtaskState): number {
  const { succeeded, failed } = endsOf(subtask);
  return Math.min(succeeded + failed, subtask.twins?.total ?? 1);
}
