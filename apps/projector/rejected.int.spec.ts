import type { Pool } from 'pg';
import { projectionSchema as schema, taskKey } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import type { RejectedNotification } from '@mps-ledger/records';
import { PartitionLog, second } from './testing/partition-log';
import { allRows, emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(120_000);

describe('what was rejected', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  const rejected = (n: number, more: Partial<RejectedNotification> = {}): RejectedNotification => ({
    notificationId: `01932d5c-0000-7000-8000-${String(n).padStart(12, '0')}`,
    account: 'default',
    source: 'default',
    transport: 'callback',
    trust: 'callback-unsigned',
    received: second(n),
    reason: 'not-json',
    digest: 'd'.repeat(64),
    size: 17,
    truncated: false,
    ...more,
  });

  it('is a notification of state rejected, with its reason', async () => {
    const log = new PartitionLog(2, TOPICS.rejected);
    log.reject(rejected(1, { detail: 'at byte 3', taskId: 'a\u0000' }));
    log.reject(rejected(2, { reason: 'too-large', truncated: true, size: 16_777_216 }));
    await handProjector({ pool }).catchUp(log);
    const { rows } = await pool.query(`SELECT * FROM ${schema}.notification ORDER BY "offset"`);
    const [first, second_] = rows;
    expect(first).toMatchObject({
      topic: TOPICS.rejected,
      partition: 2,
      offset: '1',
      state: 'rejected',
      kind: null,
      reason: 'not-json',
      detail: 'at byte 3',
      size: '17',
      events: null,
      task_id: 'a\ufffd',
      task_id_json: '"a\\u0000"',
      task_key: taskKey('default', 'a\u0000'),
    });
    expect(second_).toMatchObject({ offset: '2', reason: 'too-large', size: null, task_key: null });
    expect((await pool.query(`SELECT FROM ${schema}.task`)).rows).toHaveLength(0);
  });

  it('is the same rows for any cut and repetition, and broken records are parked', async () => {
    const log = new PartitionLog(0, TOPICS.rejected);
    for (let n = 1; n < 30; n += 1) {
      if (n % 7 === 0) log.append({ key: null, value: null, headers: {} });
      else log.reject(rejected(n));
    }
    await handProjector({ pool }).catchUp(log);
    const once = await allRows(pool);
    expect(once['parked']).toHaveLength(4);
    expect(once['notification']).toHaveLength(25);
    for (const size of [1, 4, 11]) {
      await emptyProjection(pool);
      const projector = handProjector({ pool });
      let position = 0;
      while (position < log.end)
        position = await projector.consume(log.batch(Math.max(0, position - 3), Math.min(log.end, position + size)));
      expect(await allRows(pool)).toEqual(once);
    }
  });

  it('is followed from the checkpoint on, as the last applied record may have expired', async () => {
    const log = new PartitionLog(0, TOPICS.rejected);
    log.reject(rejected(1)).reject(rejected(2));
    const projector = handProjector({ pool });
    await projector.catchUp(log);
    expect(await projector.takeOver(log)).toBe(log.end);
    log.reject(rejected(3));
    expect(await projector.consume(log.batch(3))).toBe(4);
  });

  it('is skipped where it expired before it was applied, whether any record is left or none', async () => {
    const log = new PartitionLog(0, TOPICS.rejected);
    const projector = handProjector({ pool });
    for (let n = 1; n < 6; n += 1) log.reject(rejected(n));
    await projector.catchUp(log.expire(3));
    log.reject(rejected(6)).expire(log.end);
    expect(await projector.takeOver(log)).toBe(log.end);
    log.reject(rejected(7));
    await projector.catchUp(log);
    const { rows } = await pool.query(`SELECT "offset"::int AS n FROM ${schema}.notification ORDER BY "offset"`);
    expect(rows.map(({ n }) => n as number)).toEqual([3, 4, 5, 7]);
    expect(projector.warnings).toEqual([]);
  });

  it('is blocked no longer once a failure has passed and nothing is left to apply', async () => {
    const log = new PartitionLog(0, TOPICS.rejected);
    const projector = handProjector({ pool });
    await projector.catchUp(log);
    projector.coordination.onFailure(log.topic, { partition: 0, error: new Error('away'), attempt: 1 });
    expect(projector.coordination.problems()).toMatchObject([{ partition: 0, problem: 'away' }]);
    await projector.takeOver(log);
    expect(projector.coordination.problems()).toEqual([]);
  });
});
