import { LogUnavailable } from '../port/errors';
import type { LogRecord, ReadOptions } from '../port/port';
import { describeDamage, type Damages } from './connections/damages';
import { fetchOnce } from './fetch';
import { toRecord } from './messages';
import { readRanges } from './ranges';
import { partitionsOf, type Reader } from './reader';
import { cutSlice } from './slices';

const FETCH_BYTES = 1024 * 1024;
const DEFAULT_MAX_RECORDS = 500;
const DEFAULT_MAX_BYTES = 8 * 1024 * 1024;

/** Reads a range of one partition; see the port. `name` is the topic's name with prefix. */
export async function* readPartition(
  reader: Reader,
  damages: Damages,
  name: string,
  options: ReadOptions,
): AsyncGenerator<readonly LogRecord[]> {
  const { topic, partition, maxRecords = DEFAULT_MAX_RECORDS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const { low = 0, high = 0 } = (await readRanges(reader, name))[partition] ?? {};
  const end = Math.min(options.to, high);
  for (let position = Math.max(options.from, low); position < end;) {
    const asked = position;
    const fetch = reader.use(async (cluster) => {
      await partitionsOf(cluster, name);
      return fetchOnce(cluster, name, [partition], asked, FETCH_BYTES);
    });
    const [fetched] = await fetch.catch((error: unknown) => {
      const at = { topic: name, partition, position: asked };
      const reason = damages.lasting(at);
      throw reason === undefined ? error : new LogUnavailable(describeDamage({ ...at, reason }), { cause: error });
    });
    if (fetched === undefined || fetched.to === position) return;
    const wanted = fetched.messages.filter(({ offset }) => Number(offset) < end);
    for (let at = 0; at < wanted.length;) {
      const slice = cutSlice(wanted, at, { maxRecords, maxBytes });
      yield slice.map((message) => toRecord(topic, partition, message));
      at += slice.length;
    }
    position = fetched.to;
  }
}

/** Whether there are records at or after a position. Rejects with a LogError. */
export function hasRecordsAt(reader: Reader, name: string, partition: number, position: number): Promise<boolean> {
  return reader.use(async (cluster) => {
    await partitionsOf(cluster, name);
    const [fetched] = await fetchOnce(cluster, name, [partition], position, 1);
    return (fetched?.messages.length ?? 0) > 0;
  });
}
