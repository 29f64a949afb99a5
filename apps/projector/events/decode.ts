import { isGenesis, partitionOf } from '@mps-ledger/event-log';
import type { LogRecord } from '@mps-ledger/event-log';
import { bytesText, taskKey } from '@mps-ledger/read-model';
import type { Bytes, ParkedAbout } from '@mps-ledger/read-model';
import type { TaskEvent } from '@mps-ledger/tasks';
import { CLOUD_EVENT_TYPE_PREFIX, fromEventRecord, isInstant, partitionKey } from '@mps-ledger/wire';
import type { Undecodable } from '@mps-ledger/wire';
import type { ToPark } from '../batch';

/** An event, the record it came in, and whose it is. */
export interface Heard {
  readonly record: LogRecord;
  readonly event: TaskEvent;
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
}

export interface DecodedBatch {
  /** Tasks that the batch has records of. */
  readonly tasks: readonly TaskInBatch[];
  /** All events, in log order. */
  readonly heard: readonly Heard[];
  /** All unfit records, in log order; of no task where that is not to be told. */
  readonly unfit: readonly Unfit[];
  /** Raw offsets whose `notification.received` is among them, in log order, as often as it is. */
  readonly named: readonly number[];
}

/**
 * Reads the records of one partition and groups them by task. Genesis records are left out; what is no event, or is of a
 * task of another partition, becomes unfit. Never throws.
 *
 * @param partitions of the topic. A task belongs to one of them, whose owner alone writes its rows.
 */
export function decode(
  records: readonly LogRecord[],
  partition: number,
  partitions: number,
  park: ToPark,
): DecodedBatch {
  const keys = taskKeys(partition, partitions);
  const tasks = new Map<Bytes, TaskInBatch>();
  const heard: Heard[] = [];
  const unfit: Unfit[] = [];
  const named: number[] = [];
  for (const record of records) {
    if (isGenesis(record)) continue;
    const read = readRecord(record, park);
    const { account, taskId } = read;
    const key = taskId === undefined ? null : keys(account, taskId);
    if (read.rawOffset !== null) named.push(read.rawOffset);
    if ('event' in read && key !== ELSEWHERE) {
      const one = { record, event: read.event, task: key };
      heard.push(one);
      if (key !== null) taskOf(tasks, key, read, record).heard.push(one);
    } else {
      const about = 'about' in read ? read.about : aboutEvent(read.event, 'wrong-partition', null);
      const shown = key === ELSEWHERE || !park.showOnTasks ? null : key;
      unfit.push({ record, about: { ...about, task: shown } });
      if (shown !== null) taskOf(tasks, shown, read, record).unfit += 1;
    }
  }
  return { tasks: [...tasks.values()], heard, unfit, named };
}

/** The task as the batch has it so far, which now has one record more. */
function taskOf(tasks: Map<Bytes, TaskInBatch>, key: Bytes, read: Read, record: LogRecord): TaskInBatch {
  let task = tasks.get(key);
  if (task === undefined) {
    const { account, taskId = '', received } = read;
    const { logged: updated } = record;
    task = { key, account, taskId, firstReceived: received ?? updated, updated, heard: [], unfit: 0 };
    tasks.set(key, task);
  }
  task.updated = record.logged;
  return task;
}

type Read = {
  readonly account: string;
  readonly taskId: string | undefined;
  readonly received: string | null;
  /** Of the notification whose events end with this record; null for other events. */
  readonly rawOffset: number | null;
} & ({ readonly event: TaskEvent } | { readonly about: ParkedAbout });

function readRecord(record: LogRecord, park: ToPark): Read {
  const decoded = fromEventRecord(record);
  if (!decoded.ok) {
    const about = aboutUndecodable(record, decoded);
    const rawOffset = decoded.type === RECEIVED ? about.rawOffset : null;
    return { account: decoded.account ?? '', taskId: decoded.taskId, received: about.received, rawOffset, about };
  }
  const { event } = decoded;
  const { account, task_id: taskId } = event.data;
  const { received } = event.hearing;
  const rawOffset = event.type === 'notification.received' ? event.hearing.rawOffset : null;
  const reason = park.reasons.get(record.offset);
  if (reason === undefined) return { account, taskId, received, rawOffset, event };
  return { account, taskId, received, rawOffset, about: aboutEvent(event, reason, null) };
}

const RECEIVED = `${CLOUD_EVENT_TYPE_PREFIX}notification.received`;

/** What a parked row says of an event that could be read. */
export function aboutEvent(event: TaskEvent, reason: string, task: Bytes | null): ParkedAbout {
  const { causationId, rawOffset, received } = event.hearing;
  return { reason, task, eventId: event.id, type: event.type, causationId, rawOffset, received };
}

function aboutUndecodable(record: LogRecord, undecodable: Undecodable): ParkedAbout {
  const { reason, eventId = null, type = '', rawOffset = null } = undecodable;
  const received = header(record, 'ce_recordedtime');
  return {
    reason,
    task: null,
    eventId,
    type: type.startsWith(CLOUD_EVENT_TYPE_PREFIX) ? type.slice(CLOUD_EVENT_TYPE_PREFIX.length) : type || null,
    causationId: header(record, 'ce_causationid'),
    rawOffset,
    received: received !== null && isInstant(received) ? received : null,
  };
}

function header({ headers }: LogRecord, name: string): string | null {
  return Object.hasOwn(headers, name) ? (headers[name] ?? null) : null;
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
