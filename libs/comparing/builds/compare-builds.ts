import { setTimeout as pause } from 'node:timers/promises';
import type { LogIdentity } from '@mps-ledger/event-log';
import { openTwoAtOnce, type Bytes, type ReadModel, type TwoAtOnce } from '@mps-ledger/read-model';
import type { Pool } from 'pg';
import { behind, NotComparable, readComparedLog, readPositions, type BuildPositions } from './compared-log';
import type { DifferingPlace, DifferingTask } from './differences';
import { comparePlaces } from './compare-places';
import { compareStates, type ComparedStates } from './compare-states';
import { findDiffering } from './find-differing';
import { JudgedTasks } from './judged-tasks';

export interface CompareBuildsOptions {
  /** Both in one database; each takes one connection. */
  readonly from: ReadModel<Pool>;
  readonly to: ReadModel<Pool>;
  /** How long to wait until the builds have caught up with each other, and for tasks that change meanwhile, ms. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** Called with each step that begins, and how many there are. */
  readonly onStep?: (step: string, done: number, total: number) => void;
  /** Called while it waits: tasks that are left, or offsets that a build is behind. */
  readonly onWaiting?: (what: { readonly tasks: number } | { readonly offsets: number }) => void;
}

/** What came of a comparison. */
export interface BuildComparison {
  readonly identity: LogIdentity;
  readonly foldVersions: { readonly from: number; readonly to: number };
  /** Where the builds were when all was compared first. */
  readonly positions: { readonly from: BuildPositions; readonly to: BuildPositions };
  readonly states: ComparedStates;
  /** Tasks that differ: the first of them explained. */
  readonly tasks: readonly DifferingTask[];
  /** How many tasks differ; with `truncated` at least. */
  readonly differing: number;
  readonly truncated: boolean;
  readonly places: readonly DifferingPlace[];
  /** Tasks that could not be compared, since a build was ahead with them whenever they were looked at. */
  readonly left: readonly Bytes[];
  readonly ok: boolean;
}

const POLL_MS = 500;

/**
 * Compares two builds of one log: what readers see of every task, and the rows behind it, recomputed from the rows themselves. A task is
 * compared once both builds have applied the same records of it; the others are compared again later.
 *
 * @throws NotComparable where they are of different logs, or of none, or where one is still behind when the patience ends
 */
export async function compareBuilds(options: CompareBuildsOptions): Promise<BuildComparison> {
  const { from, to, patienceMs, signal, onWaiting } = options;
  const deadline = performance.now() + patienceMs;
  const log = await readComparedLog(from, to);
  await catchUp(options, log.identity.partitions, deadline);
  return inTurns(options, async (first) => {
    const positions = {
      from: await readPositions(first.from, log.identity.partitions),
      to: await readPositions(first.to, log.identity.partitions),
    };
    const judged = new JudgedTasks(log.identity);
    const compared = await compareAll(options, first, positions, judged);
    await first.close();
    while (judged.left.length > 0 && performance.now() < deadline) {
      onWaiting?.({ tasks: judged.left.length });
      await pause(Math.min(POLL_MS, Math.max(1, deadline - performance.now())), undefined, { signal });
      await judgeAgain(options, judged, log.identity.partitions);
    }
    const { tasks, count: differing, left } = judged;
    const ok = differing + compared.places.length + left.length === 0 && isHistoryEqual(compared.states);
    return { ...log, positions, ...compared, tasks, differing, left, ok };
  });
}

const isHistoryEqual = ({ history }: ComparedStates): boolean => history.every(({ from, to }) => from === to);

async function inTurns<Result>(
  { from, to }: CompareBuildsOptions,
  work: (first: TwoAtOnce) => Promise<Result>,
): Promise<Result> {
  const first = await openTwoAtOnce(from, to);
  return work(first).finally(() => first.close());
}

async function compareAll(
  options: CompareBuildsOptions,
  pair: TwoAtOnce,
  positions: BuildComparison['positions'],
  judged: JudgedTasks,
): Promise<Pick<BuildComparison, 'states' | 'places' | 'truncated'>> {
  const found = await findDiffering({ ...options, pair, positions });
  const places = await comparePlaces({ ...options, pair, positions, identity: judged.identity });
  const states = await compareStates(pair, positions);
  await judged.judge(pair, { keys: found.keys, areKnown: true }, positions);
  return { states, places, truncated: found.truncated };
}

async function judgeAgain({ from, to }: CompareBuildsOptions, judged: JudgedTasks, partitions: number): Promise<void> {
  const pair = await openTwoAtOnce(from, to);
  try {
    const positions = {
      from: await readPositions(pair.from, partitions),
      to: await readPositions(pair.to, partitions),
    };
    await judged.judge(pair, { keys: judged.takeLeft(), areKnown: false }, positions);
  } finally {
    await pair.close();
  }
}

/** Waits until each build has what the other had at the beginning. @throws NotComparable at the deadline */
async function catchUp(
  { from, to, signal, onWaiting }: CompareBuildsOptions,
  partitions: number,
  deadline: number,
): Promise<void> {
  const wanted = [await readPositions(to, partitions), await readPositions(from, partitions)] as const;
  for (;;) {
    signal.throwIfAborted();
    const reached = [await readPositions(from, partitions), await readPositions(to, partitions)] as const;
    const lag = wanted.reduce((sum, { events }, at) => sum + behind(reached[at]?.events ?? [], events), 0);
    if (lag === 0) return;
    if (performance.now() >= deadline)
      throw new NotComparable(
        `${from.schema} and ${to.schema} are ${lag} offsets of the event log apart, and did not catch up in time: see whether the projector runs, or wait longer (--patience)`,
      );
    onWaiting?.({ offsets: lag });
    await pause(Math.min(POLL_MS, Math.max(1, deadline - performance.now())), undefined, { signal });
  }
}
