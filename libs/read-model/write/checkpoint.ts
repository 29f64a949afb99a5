import { TOPICS, type LogIdentity } from '@mps-ledger/records';
import type { ReadModel } from '../read-model';
import { PROJECTION } from '../schema';
import type { RawProgress } from './raw-progress';
import { ADOPT_LOG, READ_FOLD_VERSION, READ_PROJECTED_LOG } from '../sql/projected-log';
import { LOCK_CHECKPOINT, PASS_OVER, READ_CHECKPOINT, READ_KNOWN_ENDS } from '../sql/checkpoint';

/** One partition of one topic. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
}

/** How far a partition is applied, and which record was the last. */
export interface CheckpointState extends RawProgress {
  /** The next offset to apply. */
  readonly position: number;
  /** The last record applied; null before the first. */
  readonly last: { readonly offset: number; readonly digest: string } | null;
}

/** There is no checkpoint for a partition: the projection does not know its log yet. */
export class CheckpointMissing extends Error {
  readonly code = 'checkpoint-missing';

  constructor(schema: string, topic: string, partition: number) {
    super(`no checkpoint for ${topic}/${partition} in ${schema}`);
  }
}

/** The projection was made from another log. Never answered by a reset: an operator has to decide. */
export class OtherLog extends Error {
  readonly code = 'other-log';
}

interface Row {
  readonly position: string;
  readonly last_offset: string | null;
  readonly last_digest: string | null;
  readonly raw_next: string;
  readonly raw_top: string;
  readonly underived_to: string | null;
}

/**
 * Reads a partition's checkpoint and locks it until the transaction ends: other writers of this partition's rows wait for
 * that. The lock is taken in a statement of its own, so that what is read afterwards is no older.
 */
export async function lockCheckpoint(model: ReadModel, topic: string, partition: number): Promise<CheckpointState> {
  const { rows } = await model.db.query<Row>({ ...LOCK_CHECKPOINT(model), values: [topic, partition] });
  return stateOf(model, rows, topic, partition);
}

/** Reads a partition's checkpoint without locking it: where to begin. */
export async function readCheckpoint(model: ReadModel, topic: string, partition: number): Promise<CheckpointState> {
  const { rows } = await model.db.query<Row>(READ_CHECKPOINT(model), [topic, partition]);
  return stateOf(model, rows, topic, partition);
}

/** Moves a partition's checkpoint from one position to another, if it is still there: the log has nothing between them. */
export async function passOver(
  model: ReadModel,
  topic: string,
  partition: number,
  from: number,
  to: number,
): Promise<void> {
  await model.db.query(PASS_OVER(model), [topic, partition, from, to]);
}

function stateOf({ schema }: ReadModel, rows: readonly Row[], topic: string, partition: number): CheckpointState {
  const [row] = rows;
  if (row === undefined) throw new CheckpointMissing(schema, topic, partition);
  const { last_offset: offset, last_digest: digest } = row;
  return {
    position: Number(row.position),
    last: offset === null || digest === null ? null : { offset: Number(offset), digest },
    rawNext: Number(row.raw_next),
    rawTop: Number(row.raw_top),
    underivedTo: row.underived_to === null ? null : Number(row.underived_to),
  };
}

/**
 * Makes the projection belong to a log: writes which one, and a checkpoint at zero for every partition of the topics.
 * What is there already stays. Safe to run by several processes at once, and again.
 *
 * @throws OtherLog where the projection belongs to another log, or to other generations of this one.
 */
export async function adoptLog(
  model: ReadModel,
  log: LogIdentity,
  foldVersion: number,
  topics: readonly string[],
): Promise<void> {
  // A role that may only read is not asked to write what exists.
  if ((await readProjectedLog(model)) === null) await insertLog(model, log, foldVersion, topics);
  const known = await readProjectedLog(model);
  const { schema } = model;
  if (known === null) throw new OtherLog(`${schema} does not say which log it belongs to`);
  if (isSame(known, log)) return;
  throw new OtherLog(`${schema} belongs to ${inWords(known)}, not to ${inWords(log)}`);
}

function isSame(one: LogIdentity, other: LogIdentity): boolean {
  return (['logId', 'logGeneration', 'eventGeneration', 'partitions'] as const).every(
    (name) => one[name] === other[name],
  );
}

function inWords({ logId, logGeneration, eventGeneration, partitions }: LogIdentity): string {
  return `log ${logId} (log generation ${logGeneration}, event generation ${eventGeneration}, ${partitions} partitions)`;
}

async function insertLog(
  model: ReadModel,
  log: LogIdentity,
  foldVersion: number,
  topics: readonly string[],
): Promise<void> {
  await model.db.query(ADOPT_LOG(model), [
    ...[PROJECTION, foldVersion, log.logId, log.logGeneration, log.eventGeneration, log.partitions],
    JSON.stringify(topics),
  ]);
}

/**
 * How far the log must reach for the rows to be its own: the positions that are applied, by topic and partition, those of the
 * raw topic that the applied events name, and the ends that were seen, whether anything was made of the records yet or not.
 */
export async function readKnownEnds(
  model: ReadModel,
  rawTopic: string,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const { rows } = await model.db.query<KnownEndRow>(READ_KNOWN_ENDS(model));
  const ends = new Map<string, number[]>();
  const raise = (topic: string, partition: number, end: number): void => {
    const known = ends.get(topic) ?? [];
    ends.set(topic, known);
    known[partition] = Math.max(known[partition] ?? 0, end);
  };
  for (const { topic, partition, position, raw_next: rawNext, seen_end: seenEnd } of rows) {
    raise(topic, partition, Number(position));
    raise(rawTopic, partition, Number(rawNext));
    raise(topic === TOPICS.events ? rawTopic : topic, partition, Number(seenEnd));
  }
  return ends;
}

interface KnownEndRow {
  readonly topic: string;
  readonly partition: number;
  readonly position: string;
  readonly raw_next: string;
  readonly seen_end: string;
}

/** Which log the projection belongs to; null before it met one. */
export async function readProjectedLog(model: ReadModel): Promise<LogIdentity | null> {
  const { rows } = await model.db.query<LogIdentity>(READ_PROJECTED_LOG(model), [PROJECTION]);
  return rows[0] ?? null;
}

/** The version of the fold that the rows were written by; null where they know no log yet. */
export async function readFoldVersion(model: ReadModel): Promise<number | null> {
  const { rows } = await model.db.query<{ fold_version: number }>(READ_FOLD_VERSION(model), [PROJECTION]);
  return rows[0]?.fold_version ?? null;
}
