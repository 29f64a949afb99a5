import type { Build } from '@mps-ledger/catalogue';
import type { LogIdentity } from '@mps-ledger/event-log';
import type { Logger } from '@mps-ledger/platform';
import {
  adoptLog,
  analyseTables,
  makePostponedIndex,
  migrate,
  postponeIndexes,
  readCheckpoints,
  readModelIn,
  readPostponedIndexes,
} from '@mps-ledger/read-model';
import { FOLLOWED } from '@mps-ledger/task-projection';
import { FOLD_VERSION } from '@mps-ledger/tasks';
import type { Arguments } from './arguments';
import { load, readEnds, type LogEnds } from './load/load';
import { loadInThreads } from './load/load-in-threads';
import type { LedgerToRebuild } from './open-ledger';
import type { RebuildProgress } from './progress';
import { untilDone } from './until-done';

export interface FillOptions {
  readonly ledger: Omit<LedgerToRebuild, 'close' | 'dataDir'>;
  readonly build: Build;
  readonly identity: LogIdentity;
  readonly args: Pick<Arguments, 'concurrency' | 'recordsPerSecond'>;
  readonly progress: RebuildProgress;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** So many records behind the log count as caught up: the projector does the rest in a moment. */
const CAUGHT_UP = 1_000;

/** Fills the tables of a build until it has caught up with the log. Rejects with the signal's reason; what is there then stays, and is continued. */
export async function fillBuild(options: FillOptions): Promise<void> {
  await prepare(options);
  await loadToEnd(options, loadByThreads);
  await makeIndexes(options);
  // What came meanwhile.
  for (let behind = Infinity; behind > CAUGHT_UP;) {
    const loaded = await loadToEnd(options, loadHere);
    behind = recordsIn(await endsOf(options)) - recordsIn(loaded);
  }
}

/** Creates the tables, and says which log they belong to. */
async function prepare({ ledger, build, identity, progress, ...retrying }: FillOptions): Promise<void> {
  const model = readModelIn(build.schema, ledger.pool);
  await untilDone(async () => {
    await migrate(ledger.database.url, build.schema);
    await adoptLog(model, identity, FOLD_VERSION, FOLLOWED);
    await postponeIndexes(model);
    for (const { topic, partition, position } of await readCheckpoints(model)) progress.at(topic, partition, position);
  }, retrying);
}

type LoadUpTo = (options: FillOptions, ends: LogEnds) => Promise<void>;

/** Loads what is on the log now; answers up to where. */
async function loadToEnd(options: FillOptions, loadUpTo: LoadUpTo): Promise<LogEnds> {
  const { progress, signal } = options;
  const ends = await endsOf(options);
  progress.step = 'loading';
  progress.reaches(ends);
  await loadUpTo(options, ends);
  signal.throwIfAborted();
  return ends;
}

function endsOf(options: FillOptions): Promise<LogEnds> {
  return untilDone(() => readEnds(options.ledger.log), options);
}

/** Uses all cores that a rebuild may use. */
const loadByThreads: LoadUpTo = ({ ledger, build, identity, args, progress, signal }, ends) =>
  loadInThreads({
    ...{ config: ledger.config, database: ledger.database, schema: build.schema, identity, ends, ...args, signal },
    onProgress: ({ topic, partition }, position) => progress.at(topic, partition, position),
  });

/** For what is little. */
const loadHere: LoadUpTo = ({ ledger, build, identity, args, progress, logger, signal }, ends) =>
  load({
    ...{ model: readModelIn(build.schema, ledger.pool), log: ledger.log, identity, ends, ...args, logger, signal },
    onProgress: ({ topic, partition }, position) => progress.at(topic, partition, position),
  });

async function makeIndexes({ ledger, build, progress, ...retrying }: FillOptions): Promise<void> {
  const model = readModelIn(build.schema, ledger.pool);
  const postponed = await untilDone(() => readPostponedIndexes(model), retrying);
  for (const index of postponed) {
    progress.step = `index ${index.name}`;
    await untilDone(() => makePostponedIndex(model, index, retrying.signal), retrying);
  }
  if (postponed.length === 0) return;
  progress.step = 'statistics';
  await untilDone(() => analyseTables(model), retrying);
}

function recordsIn(ends: LogEnds): number {
  return [...ends.values()].flat().reduce((sum, end) => sum + end, 0);
}
