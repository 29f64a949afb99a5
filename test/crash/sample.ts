import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = 'test/fixtures/mps/seed-000-workflowtask-cmq-event.json';
const TASK_ID = '245****654-WorkflowTask-f46dac7fe2436c47******d71946986t0';

/** The first sample, with another TaskId. */
export function sampleOf(taskId: string): string {
  return readFileSync(join(process.cwd(), FILE), 'utf8').replace(TASK_ID, taskId);
}
