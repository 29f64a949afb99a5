import type { NotificationReceived } from '@mps-ledger/tasks';
import { subjectOf, TOPICS } from '@mps-ledger/records';
import type { DecodedRecord, RejectedNotification } from '@mps-ledger/records';
import { taskKey } from '../task-key';
import type { Bytes } from '../entities';
import { bytesText } from './rows';
import type { HistoryRow, NotificationRow, ParkedRow } from './rows';
import { cut, fit, INDEXED_TEXT } from './text';

/** A record of the log, as far as rows look at it. */
export interface RecordOfLog {
  readonly offset: number;
  readonly logged: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** The history row of a record that was read as an event: `historyText` of it is the record's value, exactly. */
export function historyRow(
  record: RecordOfLog,
  { event, dataText }: Omit<DecodedRecord, 'ok'>,
  task: Bytes | null,
): HistoryRow {
  const { hearing } = event;
  return {
    offset: record.offset,
    task_key: task,
    event_id: event.id,
    type: event.type,
    subtask_key: 'key' in event.data ? fit(event.data.key) : null,
    account: event.data.account,
    subject: subjectOf(event),
    occurred: event.occurred,
    received: hearing.received,
    logged: record.logged,
    trust: hearing.trust,
    causation_id: fit(hearing.causationId),
    mapper: fit(hearing.mapper),
    raw_offset: hearing.rawOffset,
    traceparent: hearing.traceparent === undefined ? null : fit(hearing.traceparent),
    data: dataText,
    value: dataText === null ? (record.value?.toString('utf8') ?? '') : null,
  };
}

const EVENT_TYPE_LENGTH = 1_000;

/** What became of a raw record, as its `notification.received` says. */
export function derivedNotificationRow(
  event: NotificationReceived,
  offset: number,
  task: Bytes | null,
): NotificationRow {
  const { data, hearing } = event;
  const taskId = data.task_id;
  return {
    topic: TOPICS.raw,
    offset: hearing.rawOffset,
    notification_id: cut(data.notification_id, INDEXED_TEXT),
    state: 'derived',
    kind: data.kind,
    event_type: data.event_type === undefined ? null : cut(data.event_type, EVENT_TYPE_LENGTH),
    session_id: data.session_id === undefined ? null : cut(data.session_id, INDEXED_TEXT),
    account: fit(data.account),
    task_key: task,
    task_id: taskId === undefined ? null : fit(taskId),
    task_id_json: taskId === undefined ? null : JSON.stringify(taskId),
    source: data.source === undefined ? null : cut(data.source, INDEXED_TEXT),
    transport: fit(data.transport),
    trust: hearing.trust,
    received: hearing.received,
    reason: data.reason === undefined ? null : fit(data.reason),
    detail: expiryIn(data.marks ?? []),
    digest: fit(data.digest),
    size: data.size,
    events: data.events,
    event_offset: offset,
  };
}

/** How long the signature of a notification was over, for a person; null where none of the marks says that it was. */
function expiryIn(marks: readonly string[]): string | null {
  const seconds = marks
    .map((mark) => /^sign-expired-(\d{1,16})s$/.exec(mark)?.[1])
    .find((found) => found !== undefined);
  return seconds === undefined ? null : `its Sign had expired ${seconds} s before it came`;
}

/** What was received and was no notification, at its own place on the rejected topic. */
export function rejectedNotificationRow(rejected: RejectedNotification, offset: number): NotificationRow {
  const { taskId } = rejected;
  return {
    topic: TOPICS.rejected,
    offset,
    notification_id: cut(rejected.notificationId, INDEXED_TEXT),
    state: 'rejected',
    kind: null,
    event_type: null,
    session_id: null,
    account: rejected.account,
    task_key: taskId === undefined ? null : bytesText(taskKey(rejected.account, taskId)),
    task_id: taskId === undefined ? null : fit(taskId),
    task_id_json: taskId === undefined ? null : JSON.stringify(taskId),
    source: cut(rejected.source, INDEXED_TEXT),
    transport: fit(rejected.transport),
    trust: rejected.trust,
    received: rejected.received,
    reason: fit(rejected.reason),
    detail: rejected.detail === undefined ? null : fit(rejected.detail),
    digest: fit(rejected.digest),
    size: rejected.truncated ? null : rejected.size,
    events: null,
    event_offset: null,
  };
}

/** What could be read of a record that is parked. */
export interface ParkedAbout {
  /** Why, in words. */
  readonly reason: string;
  readonly task: Bytes | null;
  readonly eventId: string | null;
  readonly type: string | null;
  readonly causationId: string | null;
  readonly rawOffset: number | null;
  readonly received: string | null;
}

const REASON_LENGTH = 2_000;

/** A parked record, whole. */
export function parkedRow(record: RecordOfLog, about: ParkedAbout): ParkedRow {
  return {
    offset: record.offset,
    task_key: about.task,
    event_id: fit(about.eventId),
    type: fit(about.type),
    causation_id: fit(about.causationId),
    raw_offset: about.rawOffset,
    reason: cut(about.reason, REASON_LENGTH),
    headers: JSON.stringify(record.headers),
    key: record.key === null ? null : bytesText(record.key),
    value: record.value === null ? null : bytesText(record.value),
    received: about.received,
    logged: record.logged,
  };
}
