import { isEmpty } from '@mps-ledger/tasks';

import type { RoutedNotification, NotificationShape } from '../envelope/envelope';
import { batchBody } from './batch';
import { bodyOfDetail } from './detail';
import type { Content } from './evidence';
import { own } from '../document/json';
import type { JsonObject } from '../document/json';
import { listedOf } from './listed';
import { readLive } from './live';
import { unread } from './reading';
import type { Reading } from './reading';
import { reportedStatus } from './status';
import { subtaskFindings } from './subtask-findings';
import { subtasksOf } from './subtasks';
import { taskFindings } from './task-findings';
import type { TaskReport } from './task-findings';

/** One adapter per shape, from a routed message in content form to a reading. */
export const ADAPTERS: Readonly<Record<NotificationShape, (routed: RoutedNotification, content: Content) => Reading>> =
  {
    offline: readOffline,
    live: readLive,
    'task-detail': readDetail,
    foreign: () => unread('no-event-type'),
  };

/** The members of an offline notification in the vendor's documents, and those that are read. */
const ENVELOPE_MEMBERS: ReadonlySet<string> = new Set([
  'EventType',
  'WorkflowTaskEvent',
  'EditMediaTaskEvent',
  'ScheduleTaskEvent',
  'BatchTaskEvent',
  'ExtractBlindWatermarkTask',
  'LiveScheduleTaskEvent',
  'TaskId',
  'SessionId',
  'SessionContext',
  'Timestamp',
  'Sign',
  'RequestId',
]);

function readOffline({ kind, task, message, taskId, unattributed }: RoutedNotification, content: Content): Reading {
  const known = Object.keys(message).every((name) => ENVELOPE_MEMBERS.has(name) || isEmpty(own(message, name)));
  const marks = [...(known ? [] : ['unknown-envelope-member']), ...marksOf(task, taskId)];
  if (kind === undefined) return unread('event-type-not-interpreted', 'unknown', marks);
  if (task === undefined) return unread('body-missing', kind, marks);
  // Stryker disable next-line StringLiteral: where there is no TaskId, unattributed says why
  if (taskId === undefined) return unread(unattributed ?? 'no-task-id', kind, marks);
  return readTask({ kind, body: task, session: message }, content, marks);
}

/** Reads a response that describes a task. One of an unknown TaskType is read by the Status of the objects in it. */
function readDetail(routed: RoutedNotification, content: Content): Reading {
  const { kind = 'unknown', task, message, taskId, unattributed } = routed;
  const body = bodyOfDetail(routed, content);
  const differ = task !== undefined && !isEmpty(own(task, 'Status')) && reportedStatus(task) !== reportedStatus(body);
  const marks = [
    ...(kind === 'unknown' ? ['unknown-task-type'] : []),
    ...marksOf(task, taskId),
    ...(differ ? ['statuses-differ'] : []),
  ];
  // Stryker disable next-line StringLiteral: where there is no TaskId, unattributed says why
  if (taskId === undefined) return unread(unattributed ?? 'no-task-id', kind, marks);
  return readTask({ kind, body, session: message }, content, marks);
}

function marksOf(task: JsonObject | undefined, taskId: string | undefined): readonly string[] {
  const inside = task === undefined ? undefined : own(task, 'TaskId');
  return !isEmpty(inside) && taskId !== undefined && inside !== taskId ? ['task-ids-differ'] : [];
}

function readTask(given: TaskReport, content: Content, marks: readonly string[]): Reading {
  const report = given.kind === 'batch' ? { ...given, body: batchBody(given.body, content) } : given;
  const { subtasks, unread: isUnread } = subtasksOf(report.body, content);
  const findings = [
    ...subtaskFindings(subtasks, reportedStatus(report.body) === 'finished', content.evidenceOf),
    ...taskFindings(report, listedOf(subtasks), content.evidenceOf),
  ];
  return { kind: report.kind, marks: isUnread ? [...marks, 'unread-element'] : marks, findings };
}
