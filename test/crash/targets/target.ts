import { eventually } from '@mps-ledger/spec-kit';
import { BrokenPromise } from '../promises';
import type { Variables } from '../programs';

/** The system under test: how it is started, where it is reached, what its verifier is told. */
export interface Target {
  /** Holds everything of it, logs included. */
  readonly folder: string;
  /** Where callbacks are sent; the same through all starts. */
  readonly callbacks: string;
  /** How the simulator sends by another way than callbacks: its `--via`, and where to. Default: callbacks. */
  readonly way?: { readonly via: string; readonly to: string };
  /** Resolves when all that was sent has been received. Default: that is so when it is acknowledged. */
  received?(): Promise<void>;
  /** Base URL of the API; the same through all starts. */
  readonly api: string;
  /** With which the verifier finds log and rows. */
  readonly variables: Variables;
  /** Of the database as it runs now, as its superuser. */
  databaseUrl(): string;
  /** Starts what does not run, with these variables too, and waits until it is ready. Rejects with a `BrokenPromise`. */
  start(variables?: Variables): Promise<void>;
  /** Asks all programs to end and waits until they have. The database of `apps` stays. */
  stop(): Promise<void>;
  /** Ends everything. */
  close(): Promise<void>;
}

/** How long a start may take: a bound for what hangs, not for what is slow, as the machine may be busy. */
const READY_MS = 150_000;

/** Waits until a program says that it is ready. Rejects with a `BrokenPromise` where it ends before, or takes too long. */
export async function untilReady(url: string, program: { isRunning(): boolean; readonly name: string }): Promise<void> {
  const isOver = await eventually(
    async () => {
      if (!program.isRunning()) return 'ended';
      const answer = await fetch(`${url}/readyz`);
      await answer.arrayBuffer();
      return answer.status === 200 ? 'ready' : null;
    },
    { timeoutMs: READY_MS },
  ).catch(() => 'late');
  if (isOver === 'ready') return;
  throw new BrokenPromise(
    `${program.name} ${isOver === 'late' ? `was not ready within ${READY_MS / 1_000} s` : 'ended at its start'}`,
  );
}
