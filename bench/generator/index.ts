import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Disqualified } from '../contract';
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

/** What was not answered 200, in words; null where all was. */
function refusals({ refused }: Load): string | null {
  const others = Object.entries(refused);
  if (others.length === 0) return null;
  const words = others.map(([status, count]) => `${count} × ${status}`);
  return `not answered 200: ${words.join(', ')}`;
}

/** The same where it was too much: anything but 503 is no want of speed, and disqualifies. */
export function overload(load: Load): string | null {
  const words = refusals(load);
  if (Object.keys(load.refused).some((status) => status !== '503')) throw new Disqualified(words ?? '');
  return words;
}

/** How many were answered 200; throws where any were not. `of`: what was asked for. */
export function allAccepted(load: Load, of?: string): number {
  const refused = refusals(load);
  if (refused !== null) throw new Disqualified(of === undefined ? refused : `${of}: ${refused}`);
  return load.accepted;
}
