import type { TaskKind } from '@mps-ledger/tasks';

import type { Routed, Shape } from './envelope';
import type { Finding } from './finding';
import { own } from './json';
import type { JsonObject } from './json';
import { subtaskFindings } from './subtask-findings';
import { subtasksOf } from './subtasks';
import { taskFindings } from './task-findings';

/** What one notification says, before anybody asks how it was heard. */
export interface Reading {
  readonly kind: TaskKind;
  /** Why nothing, or not all, could be read. */
  readonly reason?: string;
  /** Remarks on what was read. */
  readonly marks: readonly string[];
  readonly findings: readonly Finding[];
}

/** One adapter per shape: from a routed message in normal form to a reading. */
export const ADAPTERS: Readonly<Record<Shape, (routed: Routed) => Reading>> = {
  offline: readOffline,
  live: () => unread('event-type-not-interpreted'),
  'task-detail': () => unread('task-detail-not-interpreted'),
  foreign: () => unread('no-event-type'),
};

/** A notification of which nothing is read. */
export function unread(reason: string, kind: TaskKind = 'unknown', marks: readonly string[] = []): Reading {
  return { kind, reason, marks, findings: [] };
}

/** Every member that the vendor's documents give an offline notification. */
const ENVELOPE_MEMBERS: ReadonlySet<string> = new Set([
  'EventType',
  'WorkflowTaskEvent',
  'EditMediaTaskEvent',
  'ScheduleTaskEvent',
  'BatchTaskEvent',
  'ExtractBlindWatermarkTask',
  'TaskId',
  'SessionId',
  'SessionContext',
  'Timestamp',
  'Sign',
  'RequestId',
]);

function readOffline({ kind, task, message, taskId, unattributed }: Routed): Reading {
  const marks = marksOf(message, task, taskId);
  if (kind === undefined) return unread('event-type-not-interpreted', 'unknown', marks);
  if (task === undefined) return unread('body-missing', kind, marks);
  if (taskId === undefined) return unread(unattributed ?? 'no-task-id', kind, marks);
  return readTask(kind, task, message, marks);
}

function marksOf(message: JsonObject, task: JsonObject | undefined, taskId: string | undefined): readonly string[] {
  const known = Object.keys(message).every((name) => ENVELOPE_MEMBERS.has(name));
  const inside = task === undefined ? undefined : own(task, 'TaskId');
  const differ = inside !== undefined && taskId !== undefined && inside !== taskId;
  return [...(known ? [] : ['unknown-envelope-member']), ...(differ ? ['task-ids-differ'] : [])];
}

function readTask(kind: TaskKind, body: JsonObject, session: JsonObject, marks: readonly string[]): Reading {
  const found = subtasksOf(body);
  const findings = [...taskFindings({ kind, body, session }), ...subtaskFindings(found.subtasks)];
  return { kind, marks: found.unread ? [...marks, 'unread-element'] : marks, findings };
}
