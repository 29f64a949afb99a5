import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { taskIdIn } from '@mps-ledger/mps';

/** A sample notification. */
export interface Sample {
  readonly file: string;
  readonly taskId: string;
}

/** The root of the checkout, relative to apps/standalone and to its folder in dist. */
const ROOTS = ['../..', '../../..'];
const FILE = 'test/fixtures/mps/seed-000-workflowtask-cmq-event.json';

/** Finds the first sample of this checkout; null if there is none, as in an image. */
export function findSample(): Sample | null {
  for (const root of ROOTS) {
    const file = join(__dirname, root, FILE);
    const taskId = taskIdOf(file);
    if (taskId !== null) return { file, taskId };
  }
  return null;
}

function taskIdOf(file: string): string | null {
  try {
    return taskIdIn(readFileSync(file));
  } catch {
    return null;
  }
}

/** The shell command that sends a sample to the listener of callbacks. */
export function sampleCommand({ file }: Sample, callbacks: string): string {
  return `curl -H 'Content-Type: application/json' --data-binary ${quoted(`@${file}`)} ${quoted(callbacks)}`;
}

/** Quotes a word for a shell command. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
