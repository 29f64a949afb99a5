import { openSync, readFileSync, readSync } from 'node:fs';
import { Client } from 'pg';
import { projectionSchema, readFreshness, readModelIn } from '@mps-ledger/read-model';
import { residentMib } from '@mps-ledger/testing';
import { parseReceipt } from '@mps-ledger/records';
import type { Target } from './targets/target';

/** Polls something until it is stopped. */
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

/** Measures the freshness of the rows, twenty times a second. */
export interface FreshnessWatch extends Watch {
  /** The age of the time up to which they are complete; null while it is unknown. */
  now(): number | null;
  /** The maximum since the last call of `forget`, in ms. */
  most(): number;
  forget(): void;
}

/** Starts to measure the freshness, over a separate connection, which must not break. */
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

/** Measures the memory of processes, five times a second. */
export interface MemoryWatch extends Watch {
  /** The highest growth of a single process since the start of the watch, in MiB. */
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

/** An acknowledgement, and the time at which it was seen in the journal, by `performance.now()`. */
export interface SeenAcknowledgement {
  readonly partition: number;
  readonly at: number;
}

export interface JournalWatch extends Watch {
  readonly seen: readonly SeenAcknowledgement[];
}

/** Watches the acknowledgements in a journal that is being written, a hundred times a second. */
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
