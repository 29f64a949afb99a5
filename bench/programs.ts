import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface Program {
  readonly pid: number;
  /** Ends it with SIGTERM and waits. */
  stop(): Promise<void>;
}

/** Starts a compiled app with these variables and nothing else of the project's; its log goes to stderr when `BENCH_LOG` is set. */
export function startProgram(path: string, variables: Readonly<Record<string, string>>): Program {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist', path)], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_ENV: 'production',
      LOG_LEVEL: 'warn',
      SHUTDOWN_DELAY_MS: '0',
      ...variables,
    },
    stdio: ['ignore', 'ignore', process.env['BENCH_LOG'] === undefined ? 'ignore' : 'inherit'],
  });
  return { pid: child.pid ?? 0, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Runs a compiled program to its end; rejects unless it ends with 0. */
export async function runProgram(path: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const child = spawn(process.execPath, [join(process.cwd(), 'dist', path)], {
    env: { PATH: process.env['PATH'] ?? '', ...variables },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`${path} ended with ${String(code)}`);
}

/** Asks until the answer is 200; answers how many seconds that took. Gives up after a minute. */
export async function until200(url: string): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < 60_000) {
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return (performance.now() - began) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${url} did not answer 200 within a minute`);
}

/** Ports nobody listens on just now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Memory of a process and all below it, in MiB: proportional set size, so that shared pages count once. Linux only. */
export function memoryOf(pid: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(read(`/proc/${name}/stat`)?.split(') ')[1]?.split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (one: number): readonly number[] => [one, ...(children.get(one) ?? []).flatMap(below)];
  const kilobytes = below(pid).map((one) =>
    Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${one}/smaps_rollup`) ?? '')?.[1] ?? 0),
  );
  return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
