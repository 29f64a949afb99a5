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
 * Does some work that only one process at a time may do in a folder; waits, and tells once for whom, until it is its turn.
 *
 * A turn is claimed by a file that names its process, and is had by whoever sees no claim but his own: two who claim at
 * once both withdraw and try again. What a process left that was killed counts for nothing.
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
    if (!told) tell(`waiting for process ${other}, which is at work on these brokers`);
    // Not all for as long, lest they claim at once for ever.
    await pause(SHORTEST_WAIT_MS + (process.pid % SHORTEST_WAIT_MS));
  }
  try {
    return await work();
  } finally {
    rmSync(join(folder, own), { force: true });
  }
}

/** Pids of the processes with a claim that still run; claims of others are removed. */
function othersIn(folder: string, own: string): readonly number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, pid, hash] = CLAIM.exec(name) ?? [];
    if (pid === undefined || name === own) return [];
    if (isRunning(Number(pid)) && hashOf(Number(pid)) === hash) return [Number(pid)];
    rmSync(join(folder, name), { force: true });
    return [];
  });
}

/** Tells a process from a later one that was given its pid, where there is /proc to tell by. */
function hashOf(pid: number): string {
  return createHash('sha256').update(commandOf(pid)).digest('hex').slice(0, 8);
}
