import type { TaskEvent } from '@mps-ledger/tasks';
import { CURRENT_VERSION, schemaId } from './schemas';
import { sanitise } from './text';
import { partitionKey } from './topics';

/** Put before an event's type to make a CloudEvents type: `mps.task.finished`. */
export const CLOUD_EVENT_TYPE_PREFIX = 'mps.';

/**
 * An event as CloudEvents 1.0 in JSON format: what HTTP, server-sent events, exports and the command line show. Attribute
 * values are texts as in the record's `ce_` headers; `data` is the event's own.
 */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  /** `/mps/{account}`. */
  readonly source: string;
  /** `mps.` and the type. */
  readonly type: string;
  /** The TaskId, sanitised. */
  readonly subject?: string;
  /** When it occurred, by the provider. */
  readonly time?: string;
  readonly dataschema: string;
  readonly datacontenttype: 'application/json';
  /** When it was received. */
  readonly recordedtime: string;
  readonly partitionkey: string;
  readonly trust: string;
  readonly causationid: string;
  /** Decimal text: CloudEvents integers have 32 bits, offsets have more. */
  readonly rawoffset: string;
  readonly mapper: string;
  readonly traceparent?: string;
  readonly data: TaskEvent['data'];
}

/** The event in JSON format. The same event gives the same attributes and data as its record on the log. */
export function toCloudEvent(event: TaskEvent): CloudEvent {
  const { hearing, data } = event;
  const subject = subjectOf(event);
  return {
    specversion: '1.0',
    id: event.id,
    source: sourceOf(data.account),
    type: CLOUD_EVENT_TYPE_PREFIX + event.type,
    ...(subject !== undefined && { subject }),
    ...(event.occurred !== null && { time: event.occurred }),
    dataschema: schemaId(event.type, CURRENT_VERSION),
    datacontenttype: 'application/json',
    recordedtime: hearing.received,
    partitionkey: sanitise(recordKeyOf(event)),
    trust: hearing.trust,
    causationid: hearing.causationId,
    rawoffset: String(hearing.rawOffset),
    mapper: hearing.mapper,
    ...(hearing.traceparent !== undefined && { traceparent: hearing.traceparent }),
    data,
  };
}

/** `/mps/{account}`. */
export function sourceOf(account: string): string {
  return `/mps/${account}`;
}

/** The sanitised TaskId; undefined where the event has none, or an empty one, which CloudEvents forbids. */
export function subjectOf(event: TaskEvent): string | undefined {
  const taskId = event.data.task_id;
  return taskId === undefined || taskId === '' ? undefined : sanitise(taskId);
}

/** The text of the event record's key: the partition key of its task, or the notification id where it has no task. */
export function recordKeyOf(event: TaskEvent): string {
  if (event.type === 'notification.received' && event.data.task_id === undefined) return event.data.notification_id;
  return partitionKey(event.data.account, event.data.task_id ?? '');
}
