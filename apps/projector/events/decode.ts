import { isGenesis, partitionOf } from '@mps-ledger/event-log';
import type { LogRecord } from '@mps-ledger/event-log';
import { bytesText, taskKey } from '@mps-ledger/read-model';
import type { Bytes, ParkedAbout } from '@mps-ledger/read-model';
import type { TaskEvent } from '@mps-ledger/tasks';
import { CLOUD_EVENT_TYPE_PREFIX, fromEventRecord, partitionKey } from '@mps-ledger/records';
import type { DecodedEvent, Undecodable } from '@mps-ledger/records';
import type { ToPark } from '../batch';
import type { Part } from './whole-notifications';

/** An event, the record it came in, and whose it is. */
export interface Heard {
  readonly record: LogRecord;
  readonly event: TaskEvent;
  /** See `DecodedEvent`. */
  readonly dataText: string | null;
  /** Null for an event of no task. */
  readonly task: Bytes | null;
}

/** A record that is to be parked. */
export interface Unfit {
  readonly record: LogRecord;
  readonly about: ParkedAbout;
}

/** What a batch brings of one task. */
export interface TaskInBatch {
  readonly key: Bytes;
  readonly account: string;
  readonly taskId: string;
  /** When the notification behind its first record in the batch was received. */
  readonly firstReceived: string;
  /** When the log took its last record in the batch. */
  updated: string;
  readonly heard: Heard[];
  /** How many of its records are unfit. */
  unfit: number;
  /** Raw offsets that its records were derived from. */
  readonly raws: Set<number>;
}

export interface DecodedBatch {
  /** Tasks that the batch has records of. */
  readonly tasks: readonly TaskInBatch[];
  /** All events, in log order. */
  readonly heard: readonly Heard[];
  /** All unfit records, in log order; of no task where that is not to be told. */
  readonly unfit: readonly Unfit[];
}

/** A record as far as it could be read. */
export interface ReadRecord extends Part {
  readonly record: LogRecord;
  readonly read: Read;
  /** Whose it is: null for no task's. */
  readonly key: Bytes | typeof ELSEWHERE | null;
}

/**
 * Reads the records of one partition; genesis records are left out. Never throws.
 *
 * @param partitions of the topic. A task belongs to one of them, whose owner alone writes its rows.
 */
export function readRecords(
  records: readonly LogRecord[],
  partition: number,
  partitions: number,
  park: ToPark,
): ReadRecord[] {
  const keys = taskKeys(partition, partitions);
  const reads: ReadRecord[] = [];
  for (const record of records) {
    if (isGenesis(record)) continue;
    const read = readRecord(record, park);
    const { account, taskId, raw, isLast } = read;
    const bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    reads.push({ record, read, raw, isLast, bytes, key: taskId === undefined ? null : keys(account, taskId) });
  }
  return reads;
}

/** Groups records by task. What is no event, or is of a task of another partition, becomes unfit. Never throws. */
export function groupByTask(reads: readonly ReadRecord[], park: ToPark): DecodedBatch {
  const tasks = new Map<Bytes, TaskInBatch>();
  const heard: Heard[] = [];
  const unfit: Unfit[] = [];
  for (const one of reads) {
    const { record, read, key } = one;
    if ('event' in read && key !== ELSEWHERE) {
      const event = { record, event: read.event, dataText: read.dataText, task: key };
      heard.push(event);
      if (key !== null) taskOf(tasks, key, one).heard.push(event);
    } else {
      const about = 'about' in read ? read.about : aboutEvent(read.event, 'wrong-partition', null);
      const shown = key === ELSEWHERE || !park.showOnTasks ? null : key;
      unfit.push({ record, about: { ...about, task: shown } });
      if (shown !== null) taskOf(tasks, shown, one).unfit += 1;
    }
  }
  return { tasks: [...tasks.values()], heard, unfit };
}

/** The task as the batch has it so far, which now has one record more. */
function taskOf(tasks: Map<Bytes, TaskInBatch>, key: Bytes, { read, record, raw }: ReadRecord): TaskInBatch {
  let task = tasks.get(key);
  if (task === undefined) {
    const { account, taskId = '', received } = read;
    const { logged: updated } = record;
    task = { key, account, taskId, firstReceived: received ?? updated, updated, heard: [], unfit: 0, raws: new Set() };
    tasks.set(key, task);
  }
  task.updated = record.logged;
  if (raw !== null) task.raws.add(raw);
  return task;
}

type Read = {
  readonly account: string;
  readonly taskId: string | undefined;
  readonly received: string | null;
  readonly raw: number | null;
  readonly isLast: boolean;
} & (Omit<DecodedEvent, 'ok'> | { readonly about: ParkedAbout });

function readRecord(record: LogRecord, park: ToPark): Read {
  const decoded = fromEventRecord(record);
  if (!decoded.ok) {
    const about = aboutUndecodable(decoded);
    const { account = '', taskId, type } = decoded;
    return { account, taskId, received: about.received, raw: about.rawOffset, isLast: type === RECEIVED, about };
  }
  const { event, dataText } = decoded;
  const { account, task_id: taskId } = event.data;
  const { received, rawOffset: raw } = event.hearing;
  const isLast = event.type === 'notification.received';
  const reason = park.reasons.get(record.offset);
  if (reason === undefined) return { account, taskId, received, raw, isLast, event, dataText };
  return { account, taskId, received, raw, isLast, about: aboutEvent(event, reason, null) };
}

const RECEIVED = `${CLOUD_EVENT_TYPE_PREFIX}notification.received`;

/** What a parked row says of an event that could be read. */
export function aboutEvent(event: TaskEvent, reason: string, task: Bytes | null): ParkedAbout {
  const { causationId, rawOffset, received } = event.hearing;
  return { reason, task, eventId: event.id, type: event.type, causationId, rawOffset, received };
}

function aboutUndecodable(undecodable: Undecodable): ParkedAbout {
  const { reason, eventId = null, type = '', causationId = null, rawOffset = null, received = null } = undecodable;
  const bareType = type.startsWith(CLOUD_EVENT_TYPE_PREFIX) ? type.slice(CLOUD_EVENT_TYPE_PREFIX.length) : type || null;
  return { reason, task: null, eventId, type: bareType, causationId, rawOffset, received };
}

/** Stands for the key of a task that belongs to another partition. */
const ELSEWHERE = Symbol('elsewhere');

/** Keys of tasks by name, each computed once in a batch. */
function taskKeys(
  partition: number,
  partitions: number,
): (account: string, taskId: string) => Bytes | typeof ELSEWHERE {
  const known = new Map<string, Map<string, Bytes | typeof ELSEWHERE>>();
  return (account, taskId) => {
    const ofAccount = known.get(account) ?? new Map<string, Bytes | typeof ELSEWHERE>();
    known.set(account, ofAccount);
    let key = ofAccount.get(taskId);
    if (key === undefined) {
      const isOurs = partitionOf(partitionKey(account, taskId), partitions) === partition;
      key = isOurs ? bytesText(taskKey(account, taskId)) : ELSEWHERE;
      ofAccount.set(taskId, key);
    }
    return key;
  };
}
