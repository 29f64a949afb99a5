import { LogUnavailable } from '@mps-ledger/event-log';
import type { EventLog, LogRecord } from '@mps-ledger/event-log';
import { silentLogger } from '@mps-ledger/platform';
import { makeExtendBatch } from './extend-batch';
import type { ExtendBatchOptions } from './extend-batch';
import type { Slice } from './checkpoint';
import { RecordLog } from './testing/record-log';

const logger = silentLogger();

/** A partition with one record of a key, then many of another, with a gap after every ten. */
function partition(): RecordLog {
  const log = new RecordLog(0);
  log.say('small', 'value');
  for (let n = 0; n < 5; n += 1) {
    const values = Array.from({ length: 10 }, (_, i) => `value ${10 * n + i}`);
    log.gap(3).say('large', ...values);
  }
  return log;
}

const startOf = (log: RecordLog): number => log.records.find(({ key }) => key?.includes('large'))!.offset;

function extendBatch(log: RecordLog, options: Partial<ExtendBatchOptions> = {}) {
  return makeExtendBatch({ log: { read: log.reader(3) }, logger, leastRecords: 4, ...options });
}

const answered = (slice: Slice): Promise<Slice> => Promise.resolve(slice);
const offsets = ({ records }: { records: readonly LogRecord[] }): number[] => records.map(({ offset }) => offset);

describe('extending a batch', () => {
  const log = partition();
  const start = startOf(log);
  const batch = log.batch(start, start + 5);

  it('continues to the end of the log after a batch of one key, without a gap', async () => {
    const slice = await extendBatch(log)(batch, answered);
    expect(slice).toMatchObject({ topic: batch.topic, partition: 0, from: start, to: log.end });
    expect(offsets(slice)).toEqual(offsets(log.batch(start)));
  });

  it('takes no more records than the limit, and answers exactly how far it came', async () => {
    const slice = await extendBatch(log, { mostRecords: 20 })(batch, answered);
    expect(slice.to).toBeLessThanOrEqual(start + 20);
    expect(slice.to).toBeGreaterThan(batch.to);
    expect(offsets(slice)).toEqual(offsets(log.batch(start, slice.to)));
  });

  it('stops at the limit of bytes', async () => {
    const bytes = batch.records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    expect(await extendBatch(log, { mostBytes: bytes })(batch, answered)).toMatchObject({ to: batch.to });
    const slice = await extendBatch(log, { mostBytes: bytes + 1 })(batch, answered);
    expect(offsets(slice)).toHaveLength(batch.records.length + 3);
  });

  it('leaves a batch of several keys, and a small one, as it is', async () => {
    for (const other of [log.batch(1, start + 9), log.batch(start, start + 3)])
      expect(await extendBatch(log)(other, answered)).toBe(other);
  });

  it('is done for one at a time', async () => {
    const inTurn = extendBatch(log);
    const both = await inTurn(batch, async (slice) => [slice, await inTurn(batch, answered)] as const);
    expect(both[0].to).toBe(log.end);
    expect(both[1]).toBe(batch);
    expect(await inTurn(batch, answered)).toMatchObject({ to: log.end });
  });

  it('is done for others again after the work has failed', async () => {
    const again = extendBatch(log);
    await expect(again(batch, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
    expect(await again(batch, answered)).toMatchObject({ to: log.end });
  });

  it('continues with the batch where the log cannot be read', async () => {
    // eslint-disable-next-line require-yield
    const read: EventLog['read'] = async function* () {
      throw new LogUnavailable('away');
    };
    const slice = await extendBatch(log, { log: { read } })(batch, answered);
    expect(slice).toMatchObject({ from: batch.from, to: batch.to, records: batch.records });
  });
});
