import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { commandOf } from '../process-tree';
import { isRunning } from './standing-processes';

const CLAIM = /^turn-(\d+)-(\w+)-\d+$/;
const SHORTEST_WAIT_MS = 20;

let claims = 0;

/**
 * Runs work that only one process at a time may do in a folder. Waits for its turn, and reports once which process it waits for.
 *
 * A process claims the turn with a file that contains its pid, and has it if there is no other claim. Two processes that claim it
 * at once both withdraw and try again. Claims of killed processes are ignored.
 */
export async function inTurn<Answer>(
  folder: string,
  tell: (line: string) => void,
  work: () => Promise<Answer>,
): Promise<Answer> {
  mkdirSync(folder, { recursive: true });
  claims += 1;
  const own = `turn-${process.pid}-${hashOf(process.pid)}-${claims}`;
  for (let told = false; ; told = true) {
    writeFileSync(join(folder, own), '');
    const other = othersIn(folder, own)[0];
    if (other === undefined) break;
    rmSync(join(folder, own));
    if (!told) tell(`waiting for process ${other}, which is working on these brokers`);
    // A random delay, so that two processes do not collide forever.
    await pause(SHORTEST_WAIT_MS + (process.pid % SHORTEST_WAIT_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(join(folder, own), { force: true });
  }
}

/** Pids of the running processes with a claim; other claims are removed. */
function othersIn(folder: string, own: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, pid, hash] = CLAIM.exec(name) ?? [];
    if (pid === undefined || name === own) return [];
    if (isRunning(Number(pid)) && hashOf(Number(pid)) === hash) return [Number(pid)];
    rmSync(join(folder, name), { force: true });
    return [];
  });
}

/** Distinguishes a process from a later one with the same pid, if there is /proc. */
function hashOf(pid: number): string {
  return createHash('sha256').update(commandOf(pid)).digest('hex').slice(0, 8);
}
