import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { allProcesses, commandOf } from '../process-tree';
import { CLUSTER } from './standing-notes';
import { StandingBrokersError } from './standing-refused';

/** A broker's process, found by its command line, so that processes without a state file are found too. */
export interface RunningBroker {
  readonly pid: number;
  readonly nodeId: number;
  /** Number of brokers of its cluster. */
  readonly count: number;
}

/** Finds the standing brokers of a folder. Rejects with a `StandingBrokersError` if processes cannot be listed. */
export async function runningBrokers(folder: string): Promise<readonly RunningBroker[]> {
  return (await processes()).flatMap(({ pid, command }) => {
    const [, own = ''] = command.split(`kafka.Kafka ${join(folder, CLUSTER)}`);
    const [, count, nodeId] = /^(\d+)\/broker-(\d+)\.properties\s*$/.exec(own) ?? [];
    return count === undefined ? [] : [{ pid, nodeId: Number(nodeId), count: Number(count) }];
  });
}

/** Whether a process is running. A reuse of the pid by another process is not considered, as the broker ran a moment ago. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Pids and command lines (joined by spaces) of all processes on this machine, from /proc or else from `ps`. */
async function processes(): Promise<readonly { readonly pid: number; readonly command: string }[]> {
  if (existsSync('/proc/self/cmdline')) {
    return allProcesses().map((pid) => ({ pid, command: commandOf(pid).replaceAll('\0', ' ') }));
  }
  const ps = promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  const { stdout } = await ps.catch((cause: unknown) => {
    throw new StandingBrokersError('cannot find running brokers: there is neither /proc nor ps', { cause });
  });
  return [...stdout.matchAll(/^\s*(\d+) (.*)$/gm)].map(([, pid, command = '']) => ({ pid: Number(pid), command }));
}
