import type { Hearing, NotificationReceived, TaskEvent, Trust } from '@mps-ledger/tasks';

import { sha256 } from './document/canonical';
import type { Document } from './document/document';
import { readBody } from './document/text-object';
import { route } from './envelope/envelope';
import type { RoutedNotification } from './envelope/envelope';
import { eventIdOfContent, MAPPER_VERSION } from './identity/event-id';
import { readContent } from './readings/evidence';
import { dataOf } from './readings/fields';
import type { Finding } from './readings/finding';
import type { Signature } from './identity/signature';
import { compact } from './document/json';
import { unread } from './readings/reading';
import type { Reading } from './readings/reading';
import { ADAPTERS } from './readings/readings';
import { presentText } from './envelope/named-task';
import { utcTime } from './envelope/times';
import { unwrap } from './envelope/unwrap';

/** A notification of MPS, as `interpret` reads it: the exact bytes, and how they were received. */
export interface Notification {
  /** A UUIDv7, assigned by receive. */
  readonly id: string;
  /** The account of the configured source; never read from the body. */
  readonly account: string;
  /** How it came: `callback`, a queue, `file`, `reconcile`. */
  readonly transport: string;
  /** Id of the configured source. Absent if it is not known. */
  readonly source?: string;
  readonly trust: Trust;
  /** Absent if its transport has none. */
  readonly signature?: Signature;
  /** RFC 3339, UTC, milliseconds. */
  readonly received: string;
  /** The task that decided its partition; its events may belong to this task only. Null if receive found none. */
  readonly taskId: string | null;
  /** Which of the body's Records it is, from 0 on, if they were logged one by one. */
  readonly element?: number;
  /** The offset of its record in the raw log. */
  readonly rawOffset: number;
  /** W3C trace context of the request that delivered it. */
  readonly traceparent?: string;
  /** Exactly as received. */
  readonly bytes: Uint8Array;
}

/** How many event ids `notification.received` lists. */
const MAX_LISTED_IDS = 100;

/**
 * Reads one notification and returns its facts as events. Pure and total: the result depends on the argument alone, and any bytes
 * give a result.
 *
 * Order: counts of twins, the other facts about subtasks (each parent before its second level), the metadata, the report about the
 * task, and last, exactly once, `notification.received`. So a reader that sees a task finished has already seen everything that
 * the notification reports about subtasks. No id occurs twice.
 */
export function interpret(notification: Notification): readonly TaskEvent[] {
  const body = readBody(notification.bytes);
  if (!body.ok) return [receivedEvent(notification, undefined, unread(body.code), [])];
  const { routed, reading } = ofPlacedTask(readUnwrapped(body, notification.element), notification.taskId);
  const { taskId } = routed;
  // Stryker disable next-line ConditionalExpression: for the type only; without a TaskId there are no findings
  const events = taskId === undefined ? [] : eventsOf(notification, taskId, reading.findings);
  return [...events, receivedEvent(notification, routed, reading, events)];
}

interface RoutedReading {
  readonly routed: RoutedNotification;
  readonly reading: Reading;
}

/**
 * Drops a reading of another task than the one that decided the partition: its events belong in another partition. They can be
 * derived only in a log generation with a new placement.
 */
function ofPlacedTask({ routed, reading }: RoutedReading, taskId: string | null): RoutedReading {
  if (routed.taskId === undefined || routed.taskId === taskId) return { routed, reading };
  const { kind, marks } = reading;
  return {
    routed: { ...routed, taskId: undefined },
    reading: unread(TASK_ELSEWHERE, kind, [...marks, TASK_ELSEWHERE]),
  };
}

const TASK_ELSEWHERE = 'task-elsewhere';

/** Reads a body without its wrappers, each of which is a mark. */
function readUnwrapped(body: Document & { readonly base64: boolean }, element: number | undefined): RoutedReading {
  const { wrappers, fault, ...document } = unwrap(body, element);
  const { routed, reading } =
    fault === undefined
      ? readRouted(document)
      : { routed: { ...route(document.root), taskId: undefined }, reading: unread(fault) };
  const marks = [...(body.base64 ? ['base64'] : []), ...wrappers].map((wrapper) => `wrapper-${wrapper}`);
  return { routed, reading: marks.length === 0 ? reading : { ...reading, marks: [...marks, ...reading.marks] } };
}

function readRouted({ root, exceeded }: Omit<Document, 'ok'>): RoutedReading {
  if (exceeded !== undefined) return { routed: route(root), reading: unread(exceeded) };
  const content = readContent(root);
  const routed = route(content.root);
  const reading = ADAPTERS[routed.shape](routed, content);
  return { routed, reading: content.lossy ? { ...reading, marks: ['lossy-number', ...reading.marks] } : reading };
}

function hearingOf({ trust, received, id, rawOffset, traceparent }: Notification): Hearing {
  const hearing = { trust, received, causationId: id, rawOffset, mapper: MAPPER_VERSION };
  return traceparent === undefined ? hearing : { ...hearing, traceparent };
}

/** The findings as events, without duplicates. */
function eventsOf(notification: Notification, taskId: string, findings: readonly Finding[]): readonly TaskEvent[] {
  const { account } = notification;
  const hearing = hearingOf(notification);
  const events = new Map<string, TaskEvent>();
  for (const { type, subtask, evidence, time } of findings) {
    const id = eventIdOfContent(account, taskId, type, subtask?.key ?? null, evidence);
    // Stryker disable next-line ConditionalExpression: one event id has one content
    if (events.has(id)) continue;
    const about = subtask && { key: subtask.key, kind: subtask.kind, definition: subtask.definition };
    const data = compact({ account, task_id: taskId, ...about, ...dataOf(evidence) });
    // The evidence of a type determines the members of its data; TypeScript cannot follow that.
    events.set(id, { id, type, occurred: utcTime(time), hearing, data } as unknown as TaskEvent);
  }
  return [...events.values()];
}

function receivedEvent(
  notification: Notification,
  routed: RoutedNotification | undefined,
  { kind, reason, marks }: Reading,
  events: readonly TaskEvent[],
): NotificationReceived {
  const { id: notificationId, account, transport, source, bytes, signature } = notification;
  const all = signature?.verdict === 'expired' ? [...marks, `sign-expired-${signature.by}s`] : marks;
  const ids = events.map((event) => event.id);
  return {
    id: eventIdOfContent(account, routed?.taskId ?? null, 'notification.received', null, notificationId),
    type: 'notification.received',
    occurred: null,
    hearing: hearingOf(notification),
    data: compact({
      account,
      task_id: routed?.taskId,
      notification_id: notificationId,
      event_type: routed?.eventType,
      session_id: routed === undefined ? undefined : presentText(routed.message, 'SessionId'),
      kind,
      reason,
      marks: all.length > 0 ? all : undefined,
      digest: sha256(bytes),
      size: bytes.length,
      transport,
      source,
      events: ids.length,
      events_digest: sha256(ids.map((id) => `${id}\n`).join('')),
      event_ids: ids.slice(0, MAX_LISTED_IDS),
    }),
  };
}
