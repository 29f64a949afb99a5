import type { ClientBase } from 'pg';
import { inSnapshot } from '@mps-ledger/database';
import { findPast, isLongHistory, readEvents, readModelIn } from '@mps-ledger/read-model';
import type { FoundPast, PastPoint, PastTask, PlacedEvent, PlaceOfRecord, ReadModel } from '@mps-ledger/read-model';
import { makeFolding } from '@mps-ledger/tasks';
import type { Folding, TaskState } from '@mps-ledger/tasks';
import type { QueryContext } from '../query-context';

/** Histories of so many events are folded at once, in some 50 ms; longer ones wait for their turn. */
const SHORT_HISTORY = 2_000;

/** Does work that reads the history of a task, in one snapshot: at once where it is short, else in its turn. */
export async function inTurn<Value>(
  { db, folds }: QueryContext,
  key: Buffer,
  work: (model: ReadModel<ClientBase>) => Promise<Value>,
): Promise<Value> {
  const short = await inSnapshot(db.db, async (client) => {
    const model = readModelIn(db.schema, client);
    return (await isLongHistory(model, key, SHORT_HISTORY)) ? null : { value: await work(model) };
  });
  if (short !== null) return short.value;
  return folds.run(() => inSnapshot(db.db, (client) => work(readModelIn(db.schema, client))));
}

export interface FoldedPast extends FoundPast {
  /** Null where nothing was found at that point, and where the reader knows the tag. */
  readonly state: TaskState | null;
}

/** What is folded, and for whom. */
export interface PastToFold {
  readonly key: Buffer;
  readonly point: PastPoint;
  /** Whether the reader has the content with this tag. */
  readonly isKnown: (tag: string) => boolean;
  readonly disconnected: AbortSignal;
}

/** The state of a task at a point of its history, folded from its events by the core; of one snapshot. */
export function foldPast(
  context: QueryContext,
  { key, point, isKnown, disconnected }: PastToFold,
): Promise<FoldedPast> {
  return inTurn<FoldedPast>(context, key, async (model) => {
    const found = await findPast(model, key, point);
    if (found.past === null || isKnown(found.past.tag)) return { ...found, state: null };
    return { ...found, state: await foldUpTo(model, key, found.past, disconnected) };
  });
}

/** Folds up to one place. */
async function foldUpTo(
  model: ReadModel,
  key: Buffer,
  { place }: PastTask,
  disconnected: AbortSignal,
): Promise<TaskState> {
  const folding = makeFolding();
  await addUpTo(folding, readEvents(model, key, place), disconnected);
  return folding.state();
}

export type Two<Value> = readonly [Value, Value];

/** The states at two places, each event read once. */
export async function foldTwo(
  model: ReadModel,
  key: Buffer,
  [a, b]: Two<PastTask>,
  disconnected: AbortSignal,
): Promise<Two<TaskState>> {
  const isInOrder = comparePlaces(a.place, b.place) <= 0;
  const [first, second] = isInOrder ? [a, b] : [b, a];
  const folding = makeFolding();
  await addUpTo(folding, readEvents(model, key, first.place), disconnected);
  const earlier = folding.state();
  await addUpTo(folding, readEvents(model, key, second.place, first.place), disconnected);
  const later = folding.state();
  return isInOrder ? [earlier, later] : [later, earlier];
}

function comparePlaces(a: PlaceOfRecord, b: PlaceOfRecord): number {
  return a.partition - b.partition || a.offset - b.offset;
}

/** Page by page, with other work between the pages. Ends early where the client has gone, who gets no answer. */
async function addUpTo(
  folding: Folding,
  pages: AsyncIterable<readonly PlacedEvent[]>,
  disconnected: AbortSignal,
): Promise<void> {
  for await (const page of pages) {
    folding.add(page.map(({ event }) => event));
    if (disconnected.aborted) break;
  }
}
