import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLE = join(process.cwd(), 'test/fixtures/mps/seed-000-workflowtask-cmq-event.json');

/** Events that one of these notifications yields: task.finished, media.probed, four ends of subtasks, notification.received. */
export const EVENTS_PER_NOTIFICATION = 7;

/** As benches name it. */
export const SEED_000 = `seed 000, 4 KB (${EVENTS_PER_NOTIFICATION} events)`;

/** Digits of the number in each task's id: all bodies of a run have the same length. */
const DIGITS = 9;

export interface NotificationTemplate {
  /** Of number 0. */
  readonly body: Buffer;
  /** Where the number is in it. */
  readonly digitsAt: number;
  readonly digits: number;
  readonly taskIdOf: (number: number) => string;
}

/** Notifications like the first sample (4 KB, a finished task with four subtasks), each of a task of its own. */
export function notificationTemplate(run: string): NotificationTemplate {
  const sample = readFileSync(SAMPLE, 'utf8');
  const { WorkflowTaskEvent } = JSON.parse(sample) as { WorkflowTaskEvent: { TaskId: string } };
  const [before = '', after = ''] = sample.split(WorkflowTaskEvent.TaskId);
  const prefix = `2450000-WorkflowTask-${run}-`;
  const taskIdOf = (number: number): string => `${prefix}${String(number).padStart(DIGITS, '0')}t0`;
  return {
    body: Buffer.from(before + taskIdOf(0) + after),
    digitsAt: Buffer.byteLength(before + prefix),
    digits: DIGITS,
    taskIdOf,
  };
}

/** The same, a body at a time. */
export function makeNotifications(run: string): (number: number) => { readonly taskId: string; readonly body: Buffer } {
  const { body: first, digitsAt, digits, taskIdOf } = notificationTemplate(run);
  return (number) => {
    const body = Buffer.from(first);
    body.write(String(number).padStart(digits, '0'), digitsAt, 'latin1');
    return { taskId: taskIdOf(number), body };
  };
}

/** The number of the notification that a body of the template is; NaN for another body. */
export function numberIn(template: NotificationTemplate, body: Buffer): number {
  if (body.length !== template.body.length) return Number.NaN;
  return Number(body.toString('latin1', template.digitsAt, template.digitsAt + template.digits));
}
