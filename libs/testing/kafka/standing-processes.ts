import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { allProcesses, commandOf } from '../process-tree';
import { CLUSTER } from './standing-notes';
import { StandingBrokersError } from './standing-refused';

/** A broker's process, known by its command, so that also those are found that nobody came to note. */
export interface RunningBroker {
  readonly pid: number;
  readonly nodeId: number;
  /** How many brokers its cluster has. */
  readonly count: number;
}

/** The standing brokers of a folder, whoever started them. Rejects with `StandingRefused` where processes cannot be seen. */
export async function runningBrokers(folder: string): Promise<readonly RunningBroker[]> {
  return (await processes()).flatMap(({ pid, command }) => {
    const [, own = ''] = command.split(`kafka.Kafka ${join(folder, CLUSTER)}`);
    const [, count, nodeId] = /^(\d+)\/broker-(\d+)\.properties\s*$/.exec(own) ?? [];
    return count === undefined ? [] : [{ pid, nodeId: Number(nodeId), count: Number(count) }];
  });
}

/** True while it runs; a pid that another process has by now is no matter of a broker that ran a moment ago. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** What runs on this machine, and how it was called, by single spaces. By /proc where there is one, else by `ps`. */
async function processes(): Promise<readonly { readonly pid: number; readonly command: string }[]> {
  if (existsSync('/proc/self/cmdline')) {
    return allProcesses().map((pid) => ({ pid, command: commandOf(pid).replaceAll('\0', ' ') }));
  }
  const ps = promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 });
  const { stdout } = await ps.catch((cause: unknown) => {
    throw new StandingBrokersError('cannot see which brokers run: there is neither /proc nor ps here', { cause });
  });
  return [...stdout.matchAll(/^\s*(\d+) (.*)$/gm)].map(([, pid, command = '']) => ({ pid: Number(pid), command }));
}
