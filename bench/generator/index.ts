import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Command, Load } from './commands';

export type { Load } from './commands';

/** A load generator in a process of its own, which ends when this one does. */
export interface Generator {
  readonly pid: number;
  /** One at a time. Rejects where nothing can be reached. */
  run(command: Command): Promise<Load>;
  close(): void;
}

export function startGenerator(): Generator {
  const child = fork(join(process.cwd(), 'dist', 'bench', 'generator', 'main.js'), {
    env: { PATH: process.env['PATH'] },
    execArgv: [],
  });
  const ended = once(child, 'exit').then((): never => {
    throw new Error('the load generator ended');
  });
  // Heard where a command is under way.
  ended.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    async run(command) {
      child.send(command);
      const [load] = (await Promise.race([once(child, 'message'), ended])) as [Load];
      return load;
    },
    close: () => void child.kill(),
  };
}

/** Rejects where anything was not answered 200. */
export function allAccepted({ accepted, refused }: Load): number {
  const others = Object.entries(refused);
  if (others.length === 0) return accepted;
  throw new Error(`not accepted: ${others.map(([status, count]) => `${count} × ${status}`).join(', ')}`);
}
