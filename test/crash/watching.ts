import { openSync, readFileSync, readSync } from 'node:fs';
import { Client } from 'pg';
import { projectionSchema, readFreshness, readModelIn } from '@mps-ledger/read-model';
import { residentMib } from '@mps-ledger/testing';
import { parseReceipt } from '@mps-ledger/records';
import type { Target } from './targets/target';

/** Looks at something again and again until it is told to stop. */
interface Watch {
  stop(): Promise<void>;
}

function lookEvery(ms: number, look: () => Promise<void> | void): Watch {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = Promise.resolve();
  const again = async (): Promise<void> => {
    await look();
    if (!stopped) timer = setTimeout(() => void (underWay = again()), ms);
  };
  underWay = again();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}

/** How fresh the rows are, twenty times a second. */
export interface FreshnessWatch extends Watch {
  /** As of how long ago they are complete; null while that is not known. */
  now(): number | null;
  /** The most of that since `forget` was called last, in ms. */
  most(): number;
  forget(): void;
}

/** Over a connection of its own, which has to last. */
export async function watchFreshness(target: Target): Promise<FreshnessWatch> {
  const client = new Client({ connectionString: target.databaseUrl(), application_name: 'crash runner' });
  client.on('error', () => undefined);
  await client.connect();
  const model = readModelIn(projectionSchema, client);
  let now: number | null = null;
  let most = 0;
  const watch = lookEvery(50, async () => {
    now = await readFreshness(model).then(
      ({ lagMs }) => lagMs,
      () => null,
    );
    most = Math.max(most, now ?? 0);
  });
  return {
    now: () => now,
    most: () => most,
    forget: () => void (most = 0),
    async stop() {
      await watch.stop();
      await client.end();
    },
  };
}

/** The memory that processes hold, five times a second. */
export interface MemoryWatch extends Watch {
  /** In MiB, of the process that grew most: now more than when the watch began, at its highest. */
  grown(): number;
}

export function watchMemory(pids: readonly number[]): MemoryWatch {
  const first = new Map(pids.map((pid) => [pid, residentMib([pid])]));
  let grown = 0;
  const watch = lookEvery(200, () => {
    for (const [pid, before] of first) grown = Math.max(grown, residentMib([pid]) - before);
  });
  return { grown: () => grown, stop: () => watch.stop() };
}

/** An acknowledgement, and when it was seen in the journal, by the clock of `performance.now()`. */
export interface SeenAcknowledgement {
  readonly partition: number;
  readonly at: number;
}

export interface JournalWatch extends Watch {
  readonly seen: readonly SeenAcknowledgement[];
}

/** What is acknowledged from now on, looked for a hundred times a second in a journal that is being written. */
export function watchJournal(journal: string): JournalWatch {
  const file = openSync(journal, 'r');
  const seen: SeenAcknowledgement[] = [];
  let position = readFileSync(journal).length;
  let rest = '';
  const chunk = Buffer.alloc(1024 * 1024);
  const watch = lookEvery(10, () => {
    const size = readSync(file, chunk, 0, chunk.length, position);
    position += size;
    const lines = (rest + chunk.toString('latin1', 0, size)).split('\n');
    rest = lines.pop() ?? '';
    const at = performance.now();
    for (const line of lines) {
      const { status, receipt } = JSON.parse(line) as { status: number | null; receipt: string | null };
      const place = status === 200 && receipt !== null ? parseReceipt(receipt) : null;
      if (place !== null) seen.push({ partition: place.partition, at });
    }
  });
  return { seen, stop: () => watch.stop() };
}
