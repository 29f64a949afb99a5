import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { silentLogger } from '@mps-ledger/platform';
import { projectionSchema as schema, readModelIn } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { checkAsyncProperty } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { dyingPool } from '../../apps/projector/testing/failing-pool';
import { LOG, PartitionLog } from '../../apps/projector/testing/partition-log';
import { allRows, emptyProjection, handProjector, PROJECTION_TEMPLATE } from '../../apps/projector/testing/projection';
import { readerOf } from '../../apps/projector/testing/reader';
import { load, type LoadOptions } from '../../apps/replay/rebuild/load/load';
import { anySteps, logAfter, PARTITION, rejectedLog, takeAll } from './hostile-partition';

jest.setTimeout(120_000);

const anyCuts = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 6 });
const anyLoad = fc.record({
  records: fc.constantFrom(1, 2, 3, 7, 20, 1_000),
  bytes: fc.constantFrom(1, 4_000, 1e9),
  cacheBytes: fc.constantFrom(0, 5_000, 1e9),
  /** It is ended after so many slices, each time. */
  endedAfter: fc.option(fc.integer({ min: 1, max: 4 })),
});
type AnyLoad = typeof anyLoad extends fc.Arbitrary<infer Made> ? Made : never;
const anyRejected = fc.array(fc.constantFrom('not-json', 'too-large', null), { maxLength: 5 });

describe('a load in bulk', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool({ max: 8 });
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  /** What is read of partitions by hand, as of a log. */
  const optionsFor = (logs: readonly PartitionLog[], given: Partial<LoadOptions> = {}): LoadOptions => {
    const found = (topic: string, partition: number) =>
      logs.find((one) => one.topic === topic && one.partition === partition);
    const endsOf = (topic: string) => Array.from({ length: LOG.partitions }, (_, p) => found(topic, p)?.end ?? 0);
    const read: LoadOptions['log']['read'] = (options) =>
      readerOf(found(options.topic, options.partition) ?? new PartitionLog(options.partition), 5)(options);
    return {
      ...{
        model: readModelIn(schema, pool),
        identity: LOG,
        log: { read, endPositions: async (topic) => endsOf(topic) },
      },
      ends: new Map([TOPICS.events, TOPICS.rejected].map((topic) => [topic, endsOf(topic)])),
      ...{ concurrency: 2, recordsPerSecond: null, logger: silentLogger(), onProgress: () => undefined },
      ...{ signal: new AbortController().signal, ...given },
    };
  };

  /** Loads all of it, by process after process where each is ended early. */
  const loadAll = async (logs: readonly PartitionLog[], { endedAfter, ...given }: AnyLoad): Promise<void> => {
    const { records, bytes, cacheBytes } = given;
    // Each comes a little further than the one before: what is held is read again by each.
    for (let run = 0, isDone = false; !isDone; run += 1) {
      const end = new AbortController();
      let slices = 0;
      const onProgress = (): void => {
        slices += 1;
        if (endedAfter !== null && slices === endedAfter + run) end.abort();
      };
      await load(optionsFor(logs, { limits: { records, bytes }, cacheBytes, onProgress, signal: end.signal }));
      isDone = !end.signal.aborted;
    }
  };

  const project = async (logs: readonly PartitionLog[], cuts: readonly number[] = [100]): Promise<void> => {
    let turn = 0;
    const cut = (from: number, end: number): number => {
      turn += 1;
      return Math.min(end, from + 1 + (cuts[turn % cuts.length] ?? 0));
    };
    for (const log of logs) await handProjector({ pool }).catchUp(log, cut);
  };

  it('leaves the rows that the projector leaves, and the projector goes on from there', async () => {
    let rows = 0;
    await checkAsyncProperty(
      fc.asyncProperty(anySteps, anySteps, anyRejected, anyCuts, anyLoad, async (steps, later, rejected, cuts, how) => {
        await emptyProjection(pool);
        const logs = [logAfter(steps), rejectedLog(rejected)];
        await project(logs, cuts);
        const expected = await allRows(pool);
        await emptyProjection(pool);
        await loadAll(logs, how);
        expect(await allRows(pool)).toEqual(expected);
        rows += Object.values(expected).flat().length;

        takeAll(logs[0]!, later);
        await project(logs, cuts);
        const continued = await allRows(pool);
        await emptyProjection(pool);
        await project(logs);
        expect(continued).toEqual(await allRows(pool));
      }),
      25,
    );
    expect(rows).toBeGreaterThan(100);
  });

  it('leaves them also where its connection dies before any one statement', async () => {
    const log = logAfter(fc.sample(anySteps, { seed: 5, numRuns: 2 }).flat());
    await project([log]);
    const expected = await allRows(pool);
    let deaths = 0;
    for (let nth = 1, survived = false; !survived; nth += 1) {
      await emptyProjection(pool);
      const dying = dyingPool(pool, pool, nth, 'before');
      const limits = { records: Math.ceil(log.records.length / 2), bytes: 1e9 };
      await load({ ...optionsFor([log]), model: readModelIn(schema, dying.pool), limits, concurrency: 1 });
      expect(await allRows(pool)).toEqual(expected);
      survived = dying.survived();
      deaths += survived ? 0 : 1;
    }
    expect(deaths).toBeGreaterThan(10);
  });

  it('parks what the database rejects, for the same reason', async () => {
    const log = logAfter(fc.sample(anySteps, { seed: 7, numRuns: 6 }).flat());
    const refusing = `ALTER TABLE ${schema}.history ADD CONSTRAINT refused CHECK ("offset" % 7 <> 3) NOT VALID`;
    await pool.query(refusing);
    try {
      await project([log]);
      const expected = await allRows(pool);
      expect(expected['parked']?.filter((row) => row.includes('violates check constraint')).length).toBeGreaterThan(3);
      await emptyProjection(pool);
      await load(optionsFor([log]));
      expect(await allRows(pool)).toEqual(expected);
    } finally {
      await pool.query(`ALTER TABLE ${schema}.history DROP CONSTRAINT refused`);
    }
  });

  it('goes on after a failure that passes, and ends with one that does not', async () => {
    const log = logAfter(fc.sample(anySteps, { seed: 9, numRuns: 3 }).flat());
    await project([log]);
    const expected = await allRows(pool);
    await emptyProjection(pool);
    const given = optionsFor([log]);
    let reads = 0;
    const broken: LoadOptions['log']['read'] = async function* (options) {
      reads += 1;
      if (reads < 3) throw new Error('the broker is away');
      yield* given.log.read(options);
    };
    await load({ ...given, log: { ...given.log, read: broken } });
    expect(await allRows(pool)).toEqual(expected);

    const other = new PartitionLog(PARTITION, TOPICS.events, { ...LOG, logId: 'anotherlogid' });
    for (let at = other.end; at < log.end; at += 1) other.append({ key: null, value: Buffer.from('x'), headers: {} });
    other.append({ key: null, value: Buffer.from('x'), headers: {} });
    await expect(load(optionsFor([other]))).rejects.toMatchObject({ code: 'log-replaced' });
    expect(await allRows(pool)).toEqual(expected);
    await pool.query(`ALTER TABLE ${schema}.history RENAME TO missing`);
    await emptied();
    await expect(load(optionsFor([log]))).rejects.toMatchObject({ code: '42P01' });
    await pool.query(`ALTER TABLE ${schema}.missing RENAME TO history`);
  });

  /** Checkpoints at zero, whatever tables there are. */
  const emptied = () =>
    pool.query(
      `UPDATE ${schema}.checkpoint SET position = 0, last_offset = NULL, last_digest = NULL, raw_next = 1, raw_top = 1`,
    );
});
