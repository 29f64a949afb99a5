import { MAX_APPEND_BYTES, RecordTooLarge, type Appended, type NewRecord } from '@mps-ledger/event-log';
import type { DerivedEvent } from '@mps-ledger/records';

export interface ChunkOptions {
  readonly append: (records: readonly NewRecord[]) => Promise<Appended>;
  /** Called after each append, with its events. */
  readonly onAppended: (appended: readonly DerivedEvent[]) => Promise<void>;
  /** Events of several raw records share an append up to so many bytes. */
  readonly maxSharedBytes: number;
  /** Bytes of one append at most. Default MAX_APPEND_BYTES. */
  readonly maxAppendBytes?: number;
}

/** Events that wait for the next append, whole notifications as far as their size allows. */
export interface DerivedChunk {
  isEmpty(): boolean;
  /**
   * Adds the events of one raw record. They go in one append where their size allows, with those of other records or alone; else
   * in as few appends as possible.
   */
  add(derived: readonly DerivedEvent[]): Promise<void>;
  /** Appends what waits, if anything. */
  flush(): Promise<void>;
}

export function makeDerivedChunk(options: ChunkOptions): DerivedChunk {
  const { maxSharedBytes, maxAppendBytes = MAX_APPEND_BYTES } = options;
  let waiting: DerivedEvent[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const appended = waiting;
    waiting = [];
    bytes = 0;
    await appendAll(appended, options);
  };
  const add = async (derived: readonly DerivedEvent[], limit: number): Promise<void> => {
    for (const one of derived) {
      if (waiting.length > 0 && bytes + one.bytes > limit) await flush();
      waiting.push(one);
      bytes += one.bytes;
    }
  };
  return {
    isEmpty: () => waiting.length === 0,
    flush,
    async add(derived) {
      if (bytes + sizeOf(derived) > maxSharedBytes) await flush();
      await add(derived, maxAppendBytes);
      if (bytes >= maxSharedBytes) await flush();
    },
  };
}

/**
 * Appends in order. An append that is too large, as where the topic's limit was lowered, is split in halves.
 */
async function appendAll(derived: readonly DerivedEvent[], options: ChunkOptions): Promise<void> {
  try {
    await options.append(derived.map(({ record }) => record));
  } catch (error) {
    if (!(error instanceof RecordTooLarge) || derived.length === 1) throw error;
    const half = middleOf(derived);
    await appendAll(derived.slice(0, half), options);
    await appendAll(derived.slice(half), options);
    return;
  }
  await options.onAppended(derived);
}

/** Where to split: at the notification boundary after the middle, or else before it; without one, at the middle. */
function middleOf(derived: readonly DerivedEvent[]): number {
  const middle = Math.ceil(derived.length / 2);
  const ends = derived.flatMap(({ event }, index) => (event.type === 'notification.received' ? [index + 1] : []));
  const inside = ends.filter((end) => end < derived.length);
  return inside.find((end) => end >= middle) ?? inside.at(-1) ?? middle;
}

function sizeOf(derived: readonly DerivedEvent[]): number {
  return derived.reduce((sum, { bytes }) => sum + bytes, 0);
}
