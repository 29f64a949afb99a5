import {
  sumGroups,
  sumTasks,
  TABLES_BY_TASK,
  type Bytes,
  type ComparedTable,
  type TableSums,
  type TwoAtOnce,
} from '@mps-ledger/read-model';
import { common, type BuildPositions } from './compared-log';

export interface FindOptions {
  readonly pair: TwoAtOnce;
  readonly positions: { readonly from: BuildPositions; readonly to: BuildPositions };
  readonly signal: AbortSignal;
  readonly onStep?: (step: string, done: number, total: number) => void;
}

export interface FoundTasks {
  readonly keys: readonly Bytes[];
  /** There may be more. */
  readonly truncated: boolean;
}

/** Groups that are looked at together, and tasks that are found at most. */
const GROUPS_AT_ONCE = 64;
const MOST_TASKS = 10_000;

/**
 * Finds the tasks whose rows differ. Whole tables are read once, each as a sum for every group of tasks; only groups with different sums are
 * looked at task by task.
 */
export async function findDiffering(options: FindOptions): Promise<FoundTasks> {
  const { pair, positions, signal, onStep } = options;
  const upTo = common(positions.from.events, positions.to.events);
  const tablesOf = new Map<string, ComparedTable[]>();
  for (const [step, table] of TABLES_BY_TASK.entries()) {
    signal.throwIfAborted();
    onStep?.(table.name, step, TABLES_BY_TASK.length);
    const sums = await Promise.all([sumGroups(pair.from, table, upTo), sumGroups(pair.to, table, upTo)]);
    for (const group of differingOf(...sums)) tablesOf.set(group, [...(tablesOf.get(group) ?? []), table]);
  }
  const groups = [...tablesOf.keys()].sort((a, b) => Number(a) - Number(b));
  const keys = new Set<Bytes>();
  for (let at = 0; at < groups.length && keys.size < MOST_TASKS; at += GROUPS_AT_ONCE) {
    signal.throwIfAborted();
    onStep?.('differing groups of tasks', at, groups.length);
    const some = groups.slice(at, at + GROUPS_AT_ONCE);
    for (const table of new Set(some.flatMap((group) => tablesOf.get(group) ?? []))) {
      const sums = await Promise.all([sumTasks(pair.from, table, upTo, some), sumTasks(pair.to, table, upTo, some)]);
      for (const key of differingOf(...sums)) keys.add(key);
    }
  }
  return { keys: [...keys].sort(), truncated: keys.size >= MOST_TASKS };
}

/** Names whose sums differ, or that one side alone has. */
export function differingOf(from: TableSums, to: TableSums): readonly string[] {
  return [...new Set([...from.keys(), ...to.keys()])].filter((name) => from.get(name) !== to.get(name));
}
