import * as fc from 'fast-check';
import type { Pool } from 'pg';
import { HOLD_NOTHING } from '@mps-ledger/consuming';
import type { LogRecord } from '@mps-ledger/event-log';
import { projectionSchema as schema, readModelIn, readTask, taskKey } from '@mps-ledger/read-model';
import { anyDerivingSteps, anyNotificationsAbout, checkAsyncProperty, withMembers } from '@mps-ledger/spec-kit';
import { encodeState, fold, foldAtVersion, initialState, versionOf } from '@mps-ledger/tasks';
import type { TaskEvent } from '@mps-ledger/tasks';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { toEventRecord } from '@mps-ledger/records';
import { derivedBy, PARTITION, rawsOf, TASKS } from './testing/derived-again';
import { PartitionLog, taskIdIn, transcode, workflow } from './testing/partition-log';
import { emptyProjection, handProjector, PROJECTION_TEMPLATE } from './testing/projection';

jest.setTimeout(180_000);

const anyRaws = anyNotificationsAbout(TASKS).map(rawsOf);

describe('the version of a task', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await testDatabase({ template: PROJECTION_TEMPLATE });
    pool = database.pool();
  });
  afterAll(() => database.close());
  beforeEach(() => emptyProjection(pool));

  const read = async (taskId: string) => (await readTask(readModelIn(schema, pool), taskKey('default', taskId))).task;

  /** Where, on the event log, each notification that named a task was applied: in the order of the log. */
  const appliedAt = async (taskId: string): Promise<readonly number[]> => {
    const { rows } = await pool.query<{ at: string }>(
      `SELECT event_offset AS at FROM ${schema}.notification WHERE task_key = $1 ORDER BY event_offset`,
      [taskKey('default', taskId)],
    );
    return rows.map(({ at }) => Number(at));
  };

  /** Two projectors take turns on a log, the one whose turn it is not knowing what the other did. */
  const projectInTurns = async (log: PartitionLog, lengths: readonly number[], hold: boolean): Promise<void> => {
    const options = hold ? {} : { hold: HOLD_NOTHING };
    const projectors = [handProjector({ pool, options }), handProjector({ pool, options })];
    const positions = await Promise.all(projectors.map((projector) => projector.takeOver(log)));
    for (let turn = 0; turn < 200 && positions.some((position) => position < log.end); turn += 1) {
      const from = positions[turn % 2] ?? 0;
      const to = Math.min(log.end, from + 1 + (lengths[turn % lengths.length] ?? 0));
      positions[turn % 2] = (await projectors[turn % 2]?.consume(log.batch(from, to))) ?? 0;
    }
    await handProjector({ pool, options: { hold: HOLD_NOTHING } }).catchUp(log);
  };

  it('is the number of its notifications, and each version the same fold, however they were derived and projected', async () => {
    const lengths = fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 5 });
    await checkAsyncProperty(
      fc.asyncProperty(anyRaws, anyDerivingSteps, lengths, fc.boolean(), async (rawOffsets, steps, cuts, hold) => {
        await emptyProjection(pool);
        const events = derivedBy(steps, rawOffsets);
        await projectInTurns(new PartitionLog(PARTITION).append(...events.map(toEventRecord)), cuts, hold);
        for (const taskId of TASKS) {
          if (taskId === null) continue;
          const ofTask = (log: readonly TaskEvent[]) => log.filter(({ data }) => data.task_id === taskId);
          const plain = ofTask(rawOffsets.flat());
          const places = await appliedAt(taskId);
          expect((await read(taskId))?.version ?? 0).toBe(versionOf(plain));
          expect(places).toHaveLength(versionOf(plain));
          for (const [index, place] of places.entries()) {
            // The genesis record is at 0, so the record at a place is the event before it.
            const known = fold(initialState, ofTask(events.slice(0, place)));
            expect(encodeState(known)).toBe(encodeState(foldAtVersion(plain, index + 1) ?? initialState));
          }
        }
      }),
      20,
    );
  });

  it('counts a notification once it is whole, and changes the tag with what is answered before', async () => {
    const taskId = taskIdIn(PARTITION, 'whole');
    const log = new PartitionLog(PARTITION);
    const body = workflow(taskId, 'PROCESSING', [transcode(1, 'PROCESSING')]);
    log.notify({ body });
    log.notify({ body });
    const projector = handProjector({ pool, options: { hold: HOLD_NOTHING } });
    await projector.takeOver(log);
    const seen = [];
    for (let at = 0; at < log.end; at += 1) {
      await projector.consume(log.batch(at, at + 1));
      const { version, incomplete, tag } = (await read(taskId)) ?? {};
      seen.push({ version, incomplete, tag });
    }
    expect(seen.map(({ version }) => version)).toEqual([undefined, 0, 0, 1, 1, 1, 2]);
    expect(seen.map(({ incomplete }) => incomplete)).toEqual([undefined, true, true, false, true, true, false]);
    expect(new Set(seen.map(({ tag }) => tag)).size).toBe(seen.length);
  });

  it('does not count a notification.received that is parked, and counts it when it is repeated and applied', async () => {
    const taskId = taskIdIn(PARTITION, 'parked');
    const log = new PartitionLog(PARTITION);
    log.notify({ body: workflow(taskId, 'FINISH', [transcode(1, 'SUCCESS')]) });
    const received = recordToAppend(log.records.at(-1)!);
    const broken = new PartitionLog(PARTITION).append(
      ...log.records.slice(1, -1).map(recordToAppend),
      withMembers(received, { data: {} }),
    );
    await handProjector({ pool }).catchUp(broken);
    expect(await read(taskId)).toMatchObject({ version: 0, incomplete: false });
    broken.append(received, received);
    await handProjector({ pool }).catchUp(broken);
    expect(await read(taskId)).toMatchObject({ version: 1 });
    expect(await appliedAt(taskId)).toHaveLength(1);
  });
});

function recordToAppend({ key, value, headers }: LogRecord) {
  return { key: key!, value: value!, headers };
}
