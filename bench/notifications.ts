import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SAMPLE = join(process.cwd(), 'test/fixtures/mps/seed-000-workflowtask-cmq-event.json');

/** Events that one of these notifications yields: task.finished, media.probed, four ends of subtasks, notification.received. */
export const EVENTS_PER_NOTIFICATION = 7;

/** Makes notifications like the first sample (4 KB, a finished task with four subtasks), each of a task of its own. */
export function makeNotifications(run: string): (number: number) => { readonly taskId: string; readonly body: Buffer } {
  const sample = readFileSync(SAMPLE, 'utf8');
  const { WorkflowTaskEvent } = JSON.parse(sample) as { WorkflowTaskEvent: { TaskId: string } };
  const [before = '', after = ''] = sample.split(WorkflowTaskEvent.TaskId);
  return (number) => {
    const taskId = `2450000-WorkflowTask-${run}-${number}t0`;
    return { taskId, body: Buffer.from(before + taskId + after) };
  };
}
