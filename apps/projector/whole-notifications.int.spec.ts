import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { describeTask, decodeState, initialState } from '@mps-ledger/tasks';
import {
  listTasks,
  projectionSchema as schema,
  readModelIn,
  readProgress,
  readTask,
  taskKey,
} from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { HOLD_NOTHING } from '@mps-ledger/consuming';
import type { HoldLimits } from '@mps-ledger/consuming';
import { PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { allRows, emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';
import type { HandProjector } from './testing/projection';

jest.setTimeout(120_000);

const PARTITION = 1;
const SEED = JSON.parse(
  readFileSync(join(__dirname, '../../test/fixtures/mps/seed-000-workflowtask-cmq-event.json'), 'utf8'),
) as { readonly WorkflowTaskEvent: object };
const TASK = taskIdIn(PARTITION, 'cut');
/** FINISH with ErrCode 0, although a subtask failed: event by event it reads `succeeded` first. */
const BODY = { ...SEED, WorkflowTaskEvent: { ...SEED.WorkflowTaskEvent, TaskId: TASK } };

describe('a reader', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  /** What is answered of the task: one asked for by its id, the one who waits for its end, and a list, all the same. */
  const answer = async (): Promise<string> => {
    const key = taskKey('default', TASK);
    const { task } = await readTask(readModelIn(schema, pool), key);
    if (task === null) return 'nothing';
    const view = describeTask(task.state === null ? initialState : decodeState(task.state), task.parked);
    const [listed] = (await listTasks(readModelIn(schema, pool), 'all', {}, null, { limit: 1, maxBytes: 1e6 })).items;
    const isReported = (await readProgress(readModelIn(schema, pool), [key.toString('hex')])).finished.size > 0;
    expect(listed).toMatchObject({ status: task.status, incomplete: task.incomplete });
    expect(isReported).toBe(task.status === 'finished' && !task.incomplete);
    expect(listed!.outcome).toBe(task.incomplete ? null : view.outcome);
    return task.incomplete ? `incomplete ${view.status}` : `${view.status} ${String(view.outcome)}`;
  };

  /** Applies the log up to a position, with a new projector; answers what is read then. */
  const upTo = async (log: PartitionLog, end: number, hold?: HoldLimits): Promise<string> => {
    const projector = handProjector({ pool, ...(hold !== undefined && { options: { hold } }) });
    let position = await projector.takeOver(log);
    while (position < end) position = await projector.consume(log.batch(position, end));
    return answer();
  };

  const wholeLog = (): PartitionLog => {
    const log = new PartitionLog(PARTITION);
    log.notify({ body: BODY });
    return log;
  };
  const LAST = 'partially-failed';

  it('sees none of a notification or all of it, wherever the projector is interrupted', async () => {
    const log = wholeLog();
    expect(log.end).toBeGreaterThan(5);
    for (let cut = 1; cut < log.end; cut += 1) {
      await emptyProjection(pool);
      expect(await upTo(log, cut)).toBe('nothing');
      expect(await upTo(log, log.end)).toBe(`finished ${LAST}`);
    }
  });

  it('sees none of it or all, wherever derivation was interrupted and derived all of it again', async () => {
    const whole = wholeLog();
    const events = whole.records.slice(1);
    for (let cut = 1; cut < events.length; cut += 1) {
      await emptyProjection(pool);
      const log = new PartitionLog(PARTITION).append(...events.slice(0, cut), ...events);
      for (let end = 1; end < log.end; end += 1) expect(await upTo(log, end)).toBe('nothing');
      expect(await upTo(log, log.end)).toBe(`finished ${LAST}`);
    }
  });

  it('sees `incomplete` where it is too large to be held, and no outcome until all of it is applied', async () => {
    const log = wholeLog();
    for (let cut = 2; cut < log.end; cut += 1) {
      await emptyProjection(pool);
      expect(await upTo(log, cut, HOLD_NOTHING)).toMatch(/^incomplete (unknown|processing|finished)$/);
      expect(await upTo(log, log.end, HOLD_NOTHING)).toBe(`finished ${LAST}`);
    }
    await emptyProjection(pool);
    const seen: string[] = [];
    for (let end = 2; end <= log.end; end += 1) seen.push(await upTo(log, end, HOLD_NOTHING));
    expect(seen.pop()).toBe(`finished ${LAST}`);
    expect(seen.every((one) => one.startsWith('incomplete '))).toBe(true);
  });

  it('sees no part of a later notification after the end of an earlier one is repeated by a stale owner', async () => {
    const log = new PartitionLog(PARTITION);
    log.notify({ body: workflow(TASK, 'PROCESSING', [transcode(1, 'PROCESSING')]), raw: 1 });
    const first = log.records.slice(1);
    const second = new PartitionLog(PARTITION);
    second.notify({ body: BODY, raw: 2 });
    const [head, tail] = [second.records.slice(1, 5), second.records.slice(5)];
    log.append(...head, ...first, ...tail);
    const [early, end] = [1 + first.length, log.end];
    for (const hold of [undefined, HOLD_NOTHING]) {
      await emptyProjection(pool);
      for (let cut = early; cut < end; cut += 1)
        expect(await upTo(log, cut, hold)).toMatch(/^processing null$|^incomplete /);
      expect(await upTo(log, end, hold)).toBe(`finished ${LAST}`);
      // Repeated events change nothing, wherever they end.
      log.append(...head);
      expect(await upTo(log, log.end, hold)).toBe(`finished ${LAST}`);
    }
  });

  it('sees complete notifications after one whose rest never came', async () => {
    const log = new PartitionLog(PARTITION);
    const half = new PartitionLog(PARTITION);
    const other = taskIdIn(PARTITION, 'other');
    half.notify({ body: workflow(other, 'FINISH', [transcode(1, 'SUCCESS')]), raw: 1 });
    log.append(...half.records.slice(1, -1));
    expect(await upTo(log, log.end)).toBe('nothing');
    log.notify({ body: BODY, raw: 2 });
    expect(await upTo(log, log.end)).toBe(`finished ${LAST}`);
    const { rows } = await pool.query(`SELECT outcome, half_raw FROM ${schema}.task WHERE task_id = $1`, [other]);
    expect(rows).toEqual([{ outcome: null, half_raw: '1' }]);
    log.append(...half.records.slice(1));
    expect(await upTo(log, log.end)).toBe(`finished ${LAST}`);
    const after = await pool.query(`SELECT outcome, half_raw FROM ${schema}.task WHERE task_id = $1`, [other]);
    expect(after.rows).toEqual([{ outcome: 'succeeded', half_raw: null }]);
  });

  it('sees the same in the end whatever is held, also when another projector takes over', async () => {
    const log = new PartitionLog(PARTITION);
    for (let n = 0; n < 12; n += 1) {
      const parts = Array.from({ length: 1 + (n % 4) }, (_, part) => transcode(part, n % 3 === 0 ? 'FAIL' : 'SUCCESS'));
      log
        .gap(n % 2)
        .notify({ body: workflow(taskIdIn(PARTITION, `t${n % 3}`), n > 8 ? 'FINISH' : 'PROCESSING', parts) });
    }
    await handProjector({ pool }).catchUp(log);
    const whole = await allRows(pool);
    for (const size of [1, 2, 3, 7]) {
      for (const records of [0, 1, 2, 5, 100]) {
        await emptyProjection(pool);
        const options = { hold: { records, bytes: 1e6 } };
        let projector: HandProjector = handProjector({ pool, options });
        await projector.catchUp(log, (from, end) => {
          const to = Math.min(end, from + size);
          // Now and then another takes over, or the same one begins again.
          if (to % 5 === 0) projector = handProjector({ pool, options });
          return to;
        });
        expect(await allRows(pool)).toEqual(whole);
      }
    }
  });
});
