import type { ParkList } from '@mps-ledger/consuming';
import { isGenesis, partitionOf } from '@mps-ledger/event-log';
import type { LogRecord } from '@mps-ledger/event-log';
import { bytesText, taskKey } from '@mps-ledger/read-model';
import type { Bytes, ParkedAbout } from '@mps-ledger/read-model';
import type { TaskEvent } from '@mps-ledger/tasks';
import { CLOUD_EVENT_TYPE_PREFIX, fromEventRecord, partitionKey } from '@mps-ledger/records';
import type { DecodedRecord, UndecodableRecord } from '@mps-ledger/records';
import type { NotificationPart } from './whole-notifications';

/** An event that is to be applied: with its record and the key of its task. */
export interface DecodedEvent {
  readonly record: LogRecord;
  readonly event: TaskEvent;
  /** See `DecodedRecord`. */
  readonly dataText: string | null;
  /** Null for an event of no task. */
  readonly task: Bytes | null;
}

/** A record that is to be parked. */
export interface RecordToPark {
  readonly record: LogRecord;
  readonly about: ParkedAbout;
}

/** The records of one task in a batch. */
export interface TaskInBatch {
  readonly key: Bytes;
  readonly account: string;
  readonly taskId: string;
  /** When the notification behind its first record in the batch was received. */
  readonly firstReceived: string;
  /** When the log took its last record in the batch. */
  updated: string;
  readonly events: DecodedEvent[];
  /** Offsets of its records that are to be parked, in log order. */
  readonly toPark: number[];
  /** Raw offsets that its records were derived from, with the offset of the first record of each. */
  readonly rawOffsets: Map<number, number>;
}

export interface DecodedBatch {
  /** Tasks with records in the batch. */
  readonly tasks: readonly TaskInBatch[];
  /** All events, in log order. */
  readonly events: readonly DecodedEvent[];
  /** Records that cannot be applied, in log order; without a task where the task is not to show them. */
  readonly toPark: readonly RecordToPark[];
}

/** A record, decoded as far as possible. */
export interface ReadRecord extends NotificationPart {
  readonly record: LogRecord;
  readonly content: RecordContent;
  /** Key of its task; null for a record of no task. */
  readonly key: Bytes | typeof OTHER_PARTITION | null;
}

/**
 * Decodes the records of one partition, without genesis records. Never throws.
 *
 * @param partitions number of partitions of the topic. A task belongs to one of them; only the owner of that partition writes its rows.
 */
export function readRecords(
  records: readonly LogRecord[],
  partition: number,
  partitions: number,
  park: ParkList,
): ReadRecord[] {
  const keys = taskKeys(partition, partitions);
  const reads: ReadRecord[] = [];
  for (const record of records) {
    if (isGenesis(record)) continue;
    const content = contentOf(record, park);
    const { account, taskId, raw, isLast } = content;
    const bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
    const key = taskId === undefined ? null : keys(account, taskId);
    reads.push({ record, content, raw, isLast, bytes, offset: record.offset, key });
  }
  return reads;
}

/** Groups records by task. A record that is no event, or of a task of another partition, is to be parked. Never throws. */
export function groupByTask(reads: readonly ReadRecord[], park: ParkList): DecodedBatch {
  const tasks = new Map<Bytes, TaskInBatch>();
  const events: DecodedEvent[] = [];
  const toPark: RecordToPark[] = [];
  for (const one of reads) {
    const { record, content, key } = one;
    if ('event' in content && key !== OTHER_PARTITION) {
      const event = { record, event: content.event, dataText: content.dataText, task: key };
      events.push(event);
      if (key !== null) taskOf(tasks, key, one).events.push(event);
    } else {
      const about = 'about' in content ? content.about : aboutEvent(content.event, 'wrong-partition', null);
      const shown = key === OTHER_PARTITION || park.isMinimal ? null : key;
      toPark.push({ record, about: { ...about, task: shown } });
      if (shown !== null) taskOf(tasks, shown, one).toPark.push(record.offset);
    }
  }
  return { tasks: [...tasks.values()], events, toPark };
}

/** The task of a record, with that record added; created if it is the first one. */
function taskOf(tasks: Map<Bytes, TaskInBatch>, key: Bytes, { content, record, raw }: ReadRecord): TaskInBatch {
  let task = tasks.get(key);
  if (task === undefined) {
    const { account, taskId = '', received } = content;
    const { logged: updated } = record;
    task = {
      key,
      account,
      taskId,
      firstReceived: received ?? updated,
      updated,
      events: [],
      toPark: [],
      rawOffsets: new Map(),
    };
    tasks.set(key, task);
  }
  task.updated = record.logged;
  if (raw !== null && !task.rawOffsets.has(raw)) task.rawOffsets.set(raw, record.offset);
  return task;
}

type RecordContent = {
  readonly account: string;
  readonly taskId: string | undefined;
  readonly received: string | null;
  readonly raw: number | null;
  readonly isLast: boolean;
} & (Omit<DecodedRecord, 'ok'> | { readonly about: ParkedAbout });

function contentOf(record: LogRecord, park: ParkList): RecordContent {
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

/** What a parked row says of an event that was decoded. */
export function aboutEvent(event: TaskEvent, reason: string, task: Bytes | null): ParkedAbout {
  const { causationId, rawOffset, received } = event.hearing;
  return { reason, task, eventId: event.id, type: event.type, causationId, rawOffset, received };
}

function aboutUndecodable(undecodable: UndecodableRecord): ParkedAbout {
  const { reason, eventId = null, type = '', causationId = null, rawOffset = null, received = null } = undecodable;
  const bareType = type.startsWith(CLOUD_EVENT_TYPE_PREFIX) ? type.slice(CLOUD_EVENT_TYPE_PREFIX.length) : type || null;
  return { reason, task: null, eventId, type: bareType, causationId, rawOffset, received };
}

/** In place of the key of a task that belongs to another partition. */
const OTHER_PARTITION = Symbol('other-partition');

/** Keys of tasks by name, each computed once in a batch. */
function taskKeys(
  partition: number,
  partitions: number,
): (account: string, taskId: string) => Bytes | typeof OTHER_PARTITION {
  const known = new Map<string, Map<string, Bytes | typeof OTHER_PARTITION>>();
  return (account, taskId) => {
    const ofAccount = known.get(account) ?? new Map<string, Bytes | typeof OTHER_PARTITION>();
    known.set(account, ofAccount);
    let key = ofAccount.get(taskId);
    if (key === undefined) {
      const isOurs = partitionOf(partitionKey(account, taskId), partitions) === partition;
      key = isOurs ? bytesText(taskKey(account, taskId)) : OTHER_PARTITION;
      ofAccount.set(taskId, key);
    }
    return key;
  };
}
