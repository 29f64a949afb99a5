import type { Hearing, NotificationReceived, TaskEvent, Trust } from '@mps-ledger/tasks';

import { sha256 } from './document/canonical';
import { readDocument } from './document/document';
import type { Document } from './document/document';
import { route } from './envelope/envelope';
import type { Routed } from './envelope/envelope';
import { eventIdOfContent, MAPPER_VERSION } from './identity/event-id';
import { readContent } from './readings/evidence';
import { dataOf } from './readings/fields';
import type { Finding } from './readings/finding';
import { compact } from './document/json';
import { ADAPTERS, unread } from './readings/readings';
import type { Reading } from './readings/readings';
import { utcTime } from './envelope/times';

/** A notification as the raw log has it. */
export interface Notification {
  /** Its id: a UUIDv7, given by receive. */
  readonly id: string;
  /** Of the configured source; never read from the body. */
  readonly account: string;
  /** How it came: `callback`, a queue, `file`, `reconcile`. */
  readonly transport: string;
  readonly trust: Trust;
  /** Seconds by which its signature had expired when it came; absent where it had not, or has none. */
  readonly signExpired?: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly received: string;
  /** The task that receive placed it by: only to that one may its events be attributed. Null where receive found none. */
  readonly taskId: string | null;
  /** The offset of its record on the raw log. */
  readonly rawOffset: number;
  /** W3C trace context of the request that brought it. */
  readonly traceparent?: string;
  /** Exactly as received. */
  readonly bytes: Uint8Array;
}

/** How many ids `notification.received` spells out. */
const LISTED_IDS = 100;

/**
 * Reads one notification and answers the facts in it. Pure and total: it depends on its argument alone, and whatever the
 * bytes are, it answers.
 *
 * Order: counts of twins, the other facts about subtasks (each parent before its second level), the metadata, what is said
 * of the task, and last, exactly once, `notification.received`. So whoever sees a task finished has seen all that its
 * notification said of subtasks. No id comes twice.
 */
export function interpret(notification: Notification): readonly TaskEvent[] {
  const document = readDocument(notification.bytes);
  if (!document.ok) return [receivedEvent(notification, undefined, unread(document.code), [])];
  const { routed, reading } = placed(readRouted(document), notification.taskId);
  const { taskId } = routed;
  const events = taskId === undefined ? [] : eventsOf(notification, taskId, reading.findings);
  return [...events, receivedEvent(notification, routed, reading, events)];
}

interface ReadAndRouted {
  readonly routed: Routed;
  readonly reading: Reading;
}

/**
 * What is read of another task than the one that receive placed the notification by is not derived: its events belong in another
 * partition. They wait for a log generation that places anew.
 */
function placed({ routed, reading }: ReadAndRouted, taskId: string | null): ReadAndRouted {
  if (routed.taskId === undefined || routed.taskId === taskId) return { routed, reading };
  const { kind, marks } = reading;
  return {
    routed: { ...routed, taskId: undefined },
    reading: unread(TASK_ELSEWHERE, kind, [...marks, TASK_ELSEWHERE]),
  };
}

const TASK_ELSEWHERE = 'task-elsewhere';

function readRouted({ root, exceeded }: Document): ReadAndRouted {
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

/** The findings as events, the same fact once. */
function eventsOf(notification: Notification, taskId: string, findings: readonly Finding[]): readonly TaskEvent[] {
  const { account } = notification;
  const hearing = hearingOf(notification);
  const events = new Map<string, TaskEvent>();
  for (const { type, subtask, evidence, time } of findings) {
    const id = eventIdOfContent(account, taskId, type, subtask?.key ?? null, evidence);
    if (events.has(id)) continue;
    const about = subtask && { key: subtask.key, kind: subtask.kind, definition: subtask.definition };
    const data = compact({ account, task_id: taskId, ...about, ...dataOf(evidence) });
    // Which fields an event of this type has, and so the type of its data, is settled by its evidence.
    events.set(id, { id, type, occurred: utcTime(time), hearing, data } as unknown as TaskEvent);
  }
  return [...events.values()];
}

function receivedEvent(
  notification: Notification,
  routed: Routed | undefined,
  { kind, reason, marks }: Reading,
  events: readonly TaskEvent[],
): NotificationReceived {
  const { id: notificationId, account, transport, bytes, signExpired } = notification;
  const all = signExpired === undefined ? marks : [...marks, `sign-expired-${signExpired}s`];
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
      kind,
      reason,
      marks: all.length > 0 ? all : undefined,
      digest: sha256(bytes),
      size: bytes.length,
      transport,
      events: ids.length,
      events_digest: sha256(ids.map((id) => `${id}\n`).join('')),
      event_ids: ids.slice(0, LISTED_IDS),
    }),
  };
}
