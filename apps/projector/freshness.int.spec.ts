import type { Pool } from 'pg';
import { databaseTime, projectionSchema as schema, readKnownEnds, readModelIn } from '@mps-ledger/read-model';
import { silentLogger } from '@mps-ledger/platform';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { makeFreshnessTracker } from './freshness';
import type { FreshnessTracker, FreshnessOptions } from './freshness';
import { makeRawWatch } from './raw-watch';
import type { RawWatchOptions } from './raw-watch';
import { LOG, PartitionLog, taskIdIn, workflow } from './testing/partition-log';
import { emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

describe('as of when the rows are complete', () => {
  let database: TestDatabase;
  let pool: Pool;
  let freshness: FreshnessTracker | undefined;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));
  afterEach(() => freshness?.close());

  /** By partition; null where it is not known. */
  const completeAsOf = async (): Promise<(string | null)[]> => {
    const sql = `SELECT to_char(complete_as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS asof
      FROM ${schema}.checkpoint WHERE topic = $1 ORDER BY partition`;
    return (await pool.query<{ asof: string | null }>(sql, [TOPICS.events])).rows.map(({ asof }) => asof);
  };
  const ends = { raw: [1, 1, 1, 1], events: [1, 1, 1, 1], rejected: [1, 1, 1, 1] };
  /** Of the log expected, as far as the guard knows. */
  let isSame: (topic: string, partition: number) => boolean;
  beforeEach(() => (isSame = () => true));
  const make = (more: Partial<FreshnessOptions> = {}, log: Partial<RawWatchOptions['log']> = {}): FreshnessTracker => {
    const endPositions = async (topic: string): Promise<number[]> =>
      topic === TOPICS.raw ? ends.raw : topic === TOPICS.events ? ends.events : ends.rejected;
    const guard = { isSame: (topic: string, partition: number) => isSame(topic, partition) };
    const raw = { endPositions, read: async function* () {}, guard, ...log };
    const logger = silentLogger();
    const watch = makeRawWatch({ model: readModelIn(schema, pool), log: raw, logger, deliveredTo: () => 0 });
    const owned = (topic: string): number[] => (topic === TOPICS.events ? [0, 1, 2, 3] : []);
    return (freshness = makeFreshnessTracker({
      model: readModelIn(schema, pool),
      log: raw,
      owned,
      watch,
      logger,
      intervalMs: 3_600_000,
      ...more,
    }));
  };
  beforeEach(() => Object.assign(ends, { raw: [1, 1, 1, 1], events: [1, 1, 1, 1], rejected: [1, 1, 1, 1] }));

  it('is written for an empty log too, as a time before its end was read', async () => {
    const before = await databaseTime(readModelIn(schema, pool));
    let read = '';
    const endPositions = async (): Promise<number[]> => {
      read = await databaseTime(readModelIn(schema, pool));
      return ends.raw;
    };
    await make({}, { endPositions }).round();
    for (const asOf of await completeAsOf()) {
      expect(asOf! > before).toBe(true);
      expect(asOf! < read).toBe(true);
    }
  });

  it('moves on with each round while nothing happens', async () => {
    const rounds = make();
    let last = '';
    for (let n = 0; n < 5; n += 1) {
      await rounds.round();
      const [asOf] = await completeAsOf();
      expect(asOf! > last).toBe(true);
      last = asOf!;
    }
  });

  it("is not written for a partition while its raw end is not applied, and is the sample's time once it is", async () => {
    const log = new PartitionLog(1);
    log.notify({ body: workflow(taskIdIn(1, 't'), 'FINISH') });
    ends.raw = [1, log.rawEnd, 1, 1];
    const rounds = make();
    await rounds.round();
    await rounds.round();
    const sampled = await databaseTime(readModelIn(schema, pool));
    expect((await completeAsOf())[1]).toBeNull();
    const projector = handProjector({ pool, freshness: rounds });
    await projector.consume(log.batch(0, 1));
    expect((await completeAsOf())[1]).toBeNull();
    await projector.catchUp(log);
    const [, asOf] = await completeAsOf();
    expect(asOf! < sampled).toBe(true);
    await rounds.round();
    expect((await completeAsOf())[1]! > sampled).toBe(true);
  });

  it('is left to the batch where one is in flight, without waiting for it', async () => {
    const batch = await pool.connect();
    await batch.query(`BEGIN; SELECT FROM ${schema}.checkpoint WHERE partition = 2 FOR UPDATE`);
    const round = make().round();
    await round.finally(async () => {
      await batch.query('ROLLBACK');
      batch.release();
    });
    const known = (await completeAsOf()).map((asOf) => asOf !== null);
    expect(known).toEqual([true, true, false, true]);
  });

  it('is written by the owner of a partition only', async () => {
    await make({ owned: (topic) => (topic === TOPICS.events ? [3] : []) }).round();
    expect((await completeAsOf()).map((asOf) => asOf !== null)).toEqual([false, false, false, true]);
  });

  it('is written for the topic of rejected records once the rows have reached its end', async () => {
    const rejected = async (): Promise<boolean[]> => {
      const sql = `SELECT complete_as_of FROM ${schema}.checkpoint WHERE topic = $1 ORDER BY partition`;
      return (await pool.query<{ complete_as_of: Date | null }>(sql, [TOPICS.rejected])).rows.map(
        (row) => row.complete_as_of !== null,
      );
    };
    const log = new PartitionLog(1, TOPICS.rejected);
    ends.rejected = [0, 1, 0, 0];
    const rounds = make({ owned: () => [0, 1, 2, 3] });
    await rounds.round();
    expect(await rejected()).toEqual([true, false, true, true]);
    expect((await completeAsOf()).every((asOf) => asOf !== null)).toBe(true);
    await handProjector({ pool, freshness: rounds }).catchUp(log);
    expect(await rejected()).toEqual([true, true, true, true]);
  });

  it('is determined from the ends of the log, which are stored from then on, derived or not', async () => {
    ends.raw = [1, 6, 1, 1];
    ends.rejected = [1, 1, 4, 1];
    const rounds = make({ owned: () => [0, 1, 2, 3] });
    const known = async (): Promise<unknown[]> => {
      await rounds.round();
      const found = await readKnownEnds(readModelIn(schema, pool), TOPICS.raw);
      return [found.get(TOPICS.raw), found.get(TOPICS.rejected)];
    };
    await known();
    const first = [
      [1, 6, 1, 1],
      [1, 1, 4, 1],
    ];
    expect(await known()).toEqual(first);
    // Also what came while the rows wait for what came before, once it was read twice.
    ends.raw = [1, 9, 1, 2];
    expect(await known()).toEqual(first);
    const second = [
      [1, 9, 1, 2],
      [1, 1, 4, 1],
    ];
    expect(await known()).toEqual(second);
    ends.raw = [1, 1, 1, 1];
    ends.rejected = [1, 1, 1, 1];
    expect(await known()).toEqual(second);
    expect((await completeAsOf())[1]).toBeNull();
  });

  it('does not store the ends of another log that takes its place for a while', async () => {
    const rounds = make();
    const known = async (): Promise<unknown> => {
      await rounds.round();
      return (await readKnownEnds(readModelIn(schema, pool), TOPICS.raw)).get(TOPICS.raw);
    };
    ends.raw = [1, 500, 500, 1];
    isSame = (topic, partition) => topic === TOPICS.raw && partition !== 1;
    for (let n = 0; n < 3; n += 1) await known();
    expect(await known()).toEqual([1, 1, 500, 1]);
    isSame = () => true;
    ends.raw = [1, 7, 500, 1];
    await known();
    expect(await known()).toEqual([1, 7, 500, 1]);
  });

  it('is not delayed by an end that was read wrong once', async () => {
    ends.raw = [1, 1_000_001, 1, 1];
    const rounds = make();
    await rounds.round();
    expect((await completeAsOf())[1]).toBeNull();
    ends.raw = [1, 1, 1, 1];
    await rounds.round();
    await rounds.round();
    expect((await completeAsOf())[1]).not.toBeNull();
    expect((await readKnownEnds(readModelIn(schema, pool), TOPICS.raw)).get(TOPICS.raw)).toEqual([1, 1, 1, 1]);
  });

  describe('the end of the event log', () => {
    const eventEnds = async (): Promise<unknown[]> => {
      const sql = `SELECT event_end::int AS end, event_end_as_of > clock_timestamp() - interval '1 minute' AND
          event_end_as_of <= clock_timestamp() AS "isNow" FROM ${schema}.checkpoint WHERE topic = $1 ORDER BY partition`;
      return (await pool.query<{ end: number | null; isNow: boolean | null }>(sql, [TOPICS.events])).rows.map((row) => [
        row.end,
        row.isNow,
      ]);
    };
    const NOT_SEEN = [null, null];

    it('is written by each round of the owner, whether the rows have reached it or not', async () => {
      ends.raw = [1, 9, 1, 1];
      ends.events = [1, 60, 7, 1];
      await make({ owned: (topic) => (topic === TOPICS.events ? [1, 2] : []) }).round();
      expect(await eventEnds()).toEqual([NOT_SEEN, [60, true], [7, true], NOT_SEEN]);
      expect((await completeAsOf()).map((asOf) => asOf !== null)).toEqual([false, false, true, false]);
    });

    it('is written with a batch, as of when it was read', async () => {
      const log = new PartitionLog(1);
      log.notify({ body: workflow(taskIdIn(1, 't'), 'FINISH') });
      ends.raw = [1, log.rawEnd, 1, 1];
      ends.events = [1, 500, 1, 1];
      const rounds = make();
      await rounds.round();
      await pool.query(`UPDATE ${schema}.checkpoint SET event_end = NULL, event_end_as_of = NULL`);
      const read = await databaseTime(readModelIn(schema, pool));
      await handProjector({ pool, freshness: rounds }).catchUp(log);
      expect(await eventEnds()).toEqual([NOT_SEEN, [500, true], NOT_SEEN, NOT_SEEN]);
      const { rows } = await pool.query<{ isBefore: boolean }>(
        `SELECT event_end_as_of < $1::timestamptz AS "isBefore" FROM ${schema}.checkpoint WHERE event_end = 500`,
        [read],
      );
      expect(rows).toEqual([{ isBefore: true }]);
    });

    it('is not that of another log that takes its place, and keeps its time where it cannot be read', async () => {
      let isReadable = true;
      const endPositions = async (topic: string): Promise<number[]> => {
        if (topic !== TOPICS.events) return ends.raw;
        if (!isReadable) throw new Error('not readable in this spec');
        return ends.events;
      };
      ends.events = [1, 40, 50, 1];
      isSame = (topic, partition) => topic !== TOPICS.events || partition !== 1;
      const rounds = make({}, { endPositions });
      await rounds.round();
      expect(await eventEnds()).toEqual([[1, true], NOT_SEEN, [50, true], [1, true]]);
      const asOf = async (): Promise<unknown> =>
        (await pool.query(`SELECT event_end_as_of AS at FROM ${schema}.checkpoint ORDER BY topic, partition`)).rows;
      const seen = await asOf();
      isReadable = false;
      ends.events = [9, 9, 9, 9];
      await rounds.round();
      expect(await eventEnds()).toEqual([[1, true], NOT_SEEN, [50, true], [1, true]]);
      expect(await asOf()).toEqual(seen);
    });
  });

  it('has a row for each partition of the log', async () => {
    expect(await completeAsOf()).toHaveLength(LOG.partitions);
  });
});
