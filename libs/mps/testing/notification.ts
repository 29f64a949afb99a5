import { taskIdIn } from '../envelope/records';
import type { JsonObject } from '../document/json';
import type { Notification } from '../interpret';

/** For specs: a body as bytes. Text and bytes are taken as they are, anything else is written as JSON. */
export function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
}

/** For specs: a notification with this body, by default an unsigned callback of account `default`, placed as receive does it. */
export function notificationWith(body: unknown, overrides: Partial<Notification> = {}): Notification {
  const bytes = bytesOf(body);
  return {
    id: '019aa000-0000-7000-8000-000000000001',
    account: 'default',
    transport: 'callback',
    trust: 'callback-unsigned',
    received: '2026-11-22T09:00:00.000Z',
    taskId: taskIdIn(bytes),
    rawOffset: 7,
    bytes,
    ...overrides,
  };
}

/** For specs: the message of a finished workflow task `t-1` with these members. */
export function workflow(members: JsonObject, envelope: JsonObject = {}): JsonObject {
  const task = { TaskId: 't-1', Status: 'FINISH', ...members };
  return { EventType: 'WorkflowTask', WorkflowTaskEvent: task, ...envelope };
}

/** For specs: the message of a finished schedule task `t-1` with these activities. */
export function schedule(activities: JsonObject[]): JsonObject {
  const task = { TaskId: 't-1', Status: 'FINISH', ActivityResultSet: activities };
  return { EventType: 'ScheduleTask', ScheduleTaskEvent: task };
}
