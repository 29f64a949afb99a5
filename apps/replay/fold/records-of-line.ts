import { partitionOf } from '@mps-ledger/event-log';
import type { ExportHeader, RecordOfExport } from '@mps-ledger/exports';
import {
  CLOUD_EVENT_TYPE_PREFIX,
  eventsOfRecord,
  fromEventRecord,
  partitionKey,
  type EncodedRecord,
} from '@mps-ledger/records';
import type { RecordOfTask } from './task-of-export';

const RECEIVED = 'notification.received';

/** The records of tasks that a line of an export stands for, as the projector attributes them; null in place of one of no task. */
export function recordsOfLine(line: RecordOfExport, header: ExportHeader): readonly (RecordOfTask | null)[] {
  if (header.mps_ledger_export === 2 && header.of === 'events') return [recordOf(line, line, header.partitions)];
  return eventsOfRecord({ ...line, logged: '' }).map(({ record }) => recordOf(line, record, header.partitions));
}

/** Records of a task that are in another partition than its own do not count. */
function recordOf(
  { partition, offset }: RecordOfExport,
  record: RecordOfExport | EncodedRecord,
  partitions: number,
): RecordOfTask | null {
  const decoded = fromEventRecord({ ...record, partition, offset, logged: '' });
  const said = decoded.ok ? ofEvent(decoded.event) : decoded;
  const { account, taskId, type, rawOffset = null } = said;
  if (taskId === undefined) return null;
  if (partitionOf(partitionKey(account ?? '', taskId), partitions) !== partition) return null;
  const isLast = type === RECEIVED || type === CLOUD_EVENT_TYPE_PREFIX + RECEIVED;
  return { account: account ?? '', taskId, event: decoded.ok ? decoded.event : null, rawOffset, isLast };
}

type TaskEvent = NonNullable<RecordOfTask['event']>;

function ofEvent({ type, data, hearing }: TaskEvent) {
  return { type, account: data.account, taskId: data.task_id, rawOffset: hearing.rawOffset };
}
