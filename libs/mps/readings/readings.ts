import { isEmpty } from '@mps-ledger/tasks';

import type { RoutedNotification, NotificationShape } from '../envelope/envelope';
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
    'task-detail': () => unread('task-detail-not-interpreted'),
    foreign: () => unread('no-event-type'),
  };

/** The members of an offline notification in the vendor's documents. */
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

function readOffline({ kind, task, message, taskId, unattributed }: RoutedNotification, content: Content): Reading {
  const marks = marksOf(message, task, taskId);
  if (kind === undefined) return unread('event-type-not-interpreted', 'unknown', marks);
  if (task === undefined) return unread('body-missing', kind, marks);
  if (taskId === undefined) return unread(unattributed ?? 'no-task-id', kind, marks);
  return readTask({ kind, body: task, session: message }, content, marks);
}

function marksOf(message: JsonObject, task: JsonObject | undefined, taskId: string | undefined): readonly string[] {
  const known = Object.keys(message).every((name) => ENVELOPE_MEMBERS.has(name) || isEmpty(own(message, name)));
  const inside = task === undefined ? undefined : own(task, 'TaskId');
  const differ = !isEmpty(inside) && taskId !== undefined && inside !== taskId;
  return [...(known ? [] : ['unknown-envelope-member']), ...(differ ? ['task-ids-differ'] : [])];
}

function readTask(report: TaskReport, content: Content, marks: readonly string[]): Reading {
  const { subtasks, unread: isUnread } = subtasksOf(report.body, content);
  const findings = [
    ...subtaskFindings(subtasks, reportedStatus(report.body) === 'finished', content.evidenceOf),
    ...taskFindings(report, listedOf(subtasks), content.evidenceOf),
  ];
  return { kind: report.kind, marks: isUnread ? [...marks, 'unread-element'] : marks, findings };
}
