import { anonymousMib, commandOf, openHandles, processTree } from '@mps-ledger/testing';

/** How the system under load was at one moment. Memory is private (anonymous) memory in MiB: what a leak would be in. */
export interface Sample {
  /** Since the load began. */
  readonly seconds: number;
  /** The program's own process. */
  readonly programMib: number;
  /** All other processes below it: Postgres and what watches it. */
  readonly postgresMib: number;
  /** Open file descriptors of the program: sockets, pipes, files. */
  readonly handles: number;
  /** Postgres processes: one for each connection, and a fixed number of its own. */
  readonly backends: number;
  /** By `Ledger-Lag-Ms` of an answer; null where the API did not answer with one. */
  readonly lagSeconds: number | null;
}

/** Takes a sample of a program and of all processes below it. Linux only: it reads /proc. */
export async function takeSample(pid: number, api: string, beganMs: number): Promise<Sample> {
  const [, ...others] = processTree(pid);
  return {
    seconds: (performance.now() - beganMs) / 1000,
    programMib: anonymousMib([pid]),
    postgresMib: anonymousMib(others),
    handles: openHandles(pid),
    backends: others.filter((one) => /^postgres:/.test(commandOf(one))).length,
    lagSeconds: await lagOf(api),
  };
}

async function lagOf(api: string): Promise<number | null> {
  try {
    const answer = await fetch(`${api}/v1/tasks?limit=1`, { signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    const lag = answer.headers.get('ledger-lag-ms');
    return lag === null ? null : Number(lag) / 1000;
  } catch {
    return null;
  }
}
