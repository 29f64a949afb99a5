import { isGenesis, partitionOf } from '@mps-ledger/event-log';
import type { LogRecord } from '@mps-ledger/event-log';
import { bytesText, taskKey } from '@mps-ledger/read-model';
import type { Bytes, ParkedAbout } from '@mps-ledger/read-model';
import type { TaskEvent } from '@mps-ledger/tasks';
import { CLOUD_EVENT_TYPE_PREFIX, fromEventRecord, isInstant, partitionKey } from '@mps-ledger/wire';
import type { Undecodable } from '@mps-ledger/wire';
import type { ToPark } from '../batch';

/** An event and the record it came in. */
export interface Heard {
  readonly record: LogRecord;
  readonly event: TaskEvent;
}

/** A record that is to be parked. */
export interface Unfit {
  readonly record: LogRecord;
  readonly about: Omit<ParkedAbout, 'task'>;
}

/** What a batch brings of one task. */
export interface TaskInBatch {
  readonly key: Bytes;
  readonly account: string;
  readonly taskId: string;
  readonly heard: Heard[];
  readonly unfit: Unfit[];
}

export interface DecodedBatch {
  readonly tasks: readonly TaskInBatch[];
  /** Events of no task. */
  readonly taskless: readonly Heard[];
  /** Unfit records of no task, or of one that is not to be told. */
  readonly unfit: readonly Unfit[];
  /** Raw offsets below this are in; 0 if the batch does not say. */
  readonly rawApplied: number;
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
  const find = taskFinder(partition, partitions);
  const taskless: Heard[] = [];
  const unfit: Unfit[] = [];
  let rawApplied = 0;
  for (const record of records) {
    if (isGenesis(record)) continue;
    const read = readRecord(record, park);
    const task = read.taskId === undefined ? null : find.task(read.account, read.taskId);
    const isElsewhere = read.taskId !== undefined && task === null;
    if ('event' in read && !isElsewhere) (task?.heard ?? taskless).push({ record, event: read.event });
    else if ('event' in read) unfit.push({ record, about: aboutEvent(read.event, 'wrong-partition') });
    else (park.showOnTasks && task !== null ? task.unfit : unfit).push({ record, about: read.about });
    if (read.rawOffset !== null) rawApplied = Math.max(rawApplied, read.rawOffset + 1);
  }
  return { tasks: find.tasks(), taskless, unfit, rawApplied };
}

type Read = {
  readonly account: string;
  readonly taskId: string | undefined;
  /** Of the notification whose events end with this record; null for other events. */
  readonly rawOffset: number | null;
} & ({ readonly event: TaskEvent } | { readonly about: Unfit['about'] });

function readRecord(record: LogRecord, park: ToPark): Read {
  const decoded = fromEventRecord(record);
  const reason = park.reasons.get(record.offset);
  if (!decoded.ok) {
    const rawOffset = decoded.type === RECEIVED ? (decoded.rawOffset ?? null) : null;
    const { account = '', taskId } = decoded;
    return { account, taskId, rawOffset, about: aboutUndecodable(record, decoded) };
  }
  const { event } = decoded;
  const rawOffset = event.type === 'notification.received' ? event.hearing.rawOffset : null;
  const whose = { account: event.data.account, taskId: event.data.task_id, rawOffset };
  return reason === undefined ? { ...whose, event } : { ...whose, about: aboutEvent(event, reason) };
}

const RECEIVED = `${CLOUD_EVENT_TYPE_PREFIX}notification.received`;

/** What a parked row says of an event that could be read. */
export function aboutEvent(event: TaskEvent, reason: string): Unfit['about'] {
  const { causationId, rawOffset, received } = event.hearing;
  return { reason, eventId: event.id, type: event.type, causationId, rawOffset, received };
}

function aboutUndecodable(record: LogRecord, undecodable: Undecodable): Unfit['about'] {
  const { reason, eventId = null, type, rawOffset = null } = undecodable;
  const header = (name: string): string | null =>
    Object.hasOwn(record.headers, name) ? (record.headers[name] ?? null) : null;
  const received = header('ce_recordedtime');
  return {
    reason,
    eventId,
    type:
      type?.startsWith(CLOUD_EVENT_TYPE_PREFIX) === true ? type.slice(CLOUD_EVENT_TYPE_PREFIX.length) : (type ?? null),
    causationId: header('ce_causationid'),
    rawOffset,
    received: received !== null && isInstant(received) ? received : null,
  };
}

/** Finds the tasks of a batch by name, each made when first asked for; null for a task of another partition. */
function taskFinder(partition: number, partitions: number) {
  const found = new Map<string, Map<string, TaskInBatch | null>>();
  return {
    task(account: string, taskId: string): TaskInBatch | null {
      const byTaskId = found.get(account) ?? new Map<string, TaskInBatch | null>();
      found.set(account, byTaskId);
      const known = byTaskId.get(taskId);
      if (known !== undefined) return known;
      const isOurs = partitionOf(partitionKey(account, taskId), partitions) === partition;
      const key = bytesText(taskKey(account, taskId));
      const task = isOurs ? { key, account, taskId, heard: [], unfit: [] } : null;
      byTaskId.set(taskId, task);
      return task;
    },
    tasks(): TaskInBatch[] {
      const all = [...found.values()].flatMap((byTaskId) => [...byTaskId.values()]);
      return all.filter((task) => task !== null && task.heard.length + task.unfit.length > 0) as TaskInBatch[];
    },
  };
}
