import type { TaskEvent } from '@mps-ledger/tasks';
import { CURRENT_VERSION, schemaId } from './schemas';
import { sanitise } from './text';
import { partitionKey } from './topics';

/** Prefix of an event's type as a CloudEvents type: `mps.task.finished`. */
export const CLOUD_EVENT_TYPE_PREFIX = 'mps.';

/** The only header of an event record: CloudEvents in structured mode. */
export const EVENT_HEADERS = { 'content-type': 'application/cloudevents+json; charset=UTF-8' } as const;

/** The attributes of an event: everything besides its data. */
export interface EventAttributes {
  readonly id: string;
  readonly account: string;
  /** Without the prefix. */
  readonly type: string;
  /** The TaskId, sanitised; null if the event has none, or an empty one, which CloudEvents forbids. */
  readonly subject: string | null;
  /** The provider's time of the fact. */
  readonly occurred: string | null;
  readonly received: string;
  readonly trust: string;
  readonly causationId: string;
  readonly rawOffset: number;
  readonly mapper: string;
  readonly traceparent: string | null;
}

/**
 * The text of an event: CloudEvents 1.0 in JSON format, with its members in a fixed order. It is the value of the record, and the
 * text in history and answers. Offsets are decimal text, since CloudEvents integers have 32 bits.
 *
 * @param data the JSON text of the data, inserted unchanged
 */
export function eventText(attributes: EventAttributes, data: string): string {
  const { id, account, type, subject, occurred, received, trust, causationId, rawOffset, mapper } = attributes;
  return (
    `{"specversion":"1.0","id":"${id}","source":"${sourceOf(account)}","type":"${CLOUD_EVENT_TYPE_PREFIX}${type}",` +
    (subject === null ? '' : `"subject":${JSON.stringify(subject)},`) +
    (occurred === null ? '' : `"time":"${occurred}",`) +
    `"dataschema":"${schemaId(type, CURRENT_VERSION)}","recordedtime":"${received}","trust":"${trust}",` +
    `"causationid":${JSON.stringify(causationId)},"rawoffset":"${rawOffset}","mapper":${JSON.stringify(mapper)},` +
    (attributes.traceparent === null ? '' : `"traceparent":${JSON.stringify(attributes.traceparent)},`) +
    `"data":${data}}`
  );
}

export function attributesOf(event: TaskEvent): EventAttributes {
  const { hearing } = event;
  return {
    id: event.id,
    account: event.data.account,
    type: event.type,
    subject: subjectOf(event),
    occurred: event.occurred,
    received: hearing.received,
    trust: hearing.trust,
    causationId: hearing.causationId,
    rawOffset: hearing.rawOffset,
    mapper: hearing.mapper,
    traceparent: hearing.traceparent ?? null,
  };
}

/** `/mps/{account}`. */
export function sourceOf(account: string): string {
  return `/mps/${account}`;
}

/** The subject of an event: that of its task. */
export function subjectOf(event: TaskEvent): string | null {
  return subjectOfTask(event.data.task_id);
}

/** The sanitised TaskId; null where there is none, or an empty one. */
export function subjectOfTask(taskId: string | undefined): string | null {
  return taskId === undefined || taskId === '' ? null : sanitise(taskId);
}

/** The event record's key as text: the partition key of its task, or the notification id if it has no task. */
export function recordKeyOf(event: TaskEvent): string {
  if (event.type === 'notification.received' && event.data.task_id === undefined) return event.data.notification_id;
  return partitionKey(event.data.account, event.data.task_id ?? '');
}
