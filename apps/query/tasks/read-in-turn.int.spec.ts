import { migrate, projectionSchema, readModelIn, taskKey } from '@mps-ledger/read-model';
import type { ReadModel } from '@mps-ledger/read-model';
import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { readTaskInTurn } from './read-in-turn';
import { PlantedLog } from '../testing/planted-log';
import type { PlantedFact } from '../testing/planted-log';

jest.setTimeout(60_000);

const FINISHED: PlantedFact = { type: 'task.finished', data: { kind: 'workflow', status: 'FINISH' } };

let database: TestDatabase;
let log: PlantedLog;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  log = new PlantedLog(database.pool());
  await log.adopt();
});
afterAll(() => database.close());

/** A read model over a pool of its own, which lends a client for each statement. */
function countedModel(): { readonly model: ReadModel; readonly statements: () => number } {
  let statements = 0;
  const pool = database.pool();
  pool.on('acquire', () => (statements += 1));
  return { model: readModelIn(projectionSchema, pool), statements: () => statements };
}

const read = (model: ReadModel, taskId: string, knownTags: readonly string[] = []) =>
  readTaskInTurn(model, { key: taskKey('default', taskId), knownTags });

describe('tasks that are read at the same time', () => {
  it('are read by one statement for up to eight, and each reader gets its own, also of a task that is not known', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `one of many ${n}`);
    for (const taskId of ids) await log.hear({ taskId, facts: [FINISHED] });
    const { model, statements } = countedModel();
    const wanted = [...ids.slice(6), 'not known', ...ids, ids[3] ?? '', 'not known either'];
    const found = await Promise.all(wanted.map((taskId) => read(model, taskId)));
    expect(found.map(({ task }) => task?.taskId ?? null)).toEqual(wanted.map((id) => (ids.includes(id) ? id : null)));
    expect(statements()).toBe(Math.ceil(wanted.length / 8));
  });

  it('come without their state only to the readers that know it', async () => {
    const { model, statements } = countedModel();
    for (const taskId of ['known', 'other']) await log.hear({ taskId, facts: [FINISHED] });
    const [tag = '', otherTag = ''] = await Promise.all(
      ['known', 'other'].map(async (taskId) => (await read(model, taskId)).task?.tag ?? ''),
    );
    const readers: readonly (readonly [string, readonly string[], boolean])[] = [
      ['known', [], true],
      ['known', [tag], false],
      ['known', ['x.1', tag, 'y.2'], false],
      ['known', [otherTag], true],
      ['other', [tag], true],
      ['other', [otherTag], false],
      ['other', [], true],
    ];
    const before = statements();
    const found = await Promise.all(readers.map(([taskId, tags]) => read(model, taskId, tags)));
    expect(statements()).toBe(before + 1);
    expect(found.map(({ task }) => [task?.taskId, task?.state !== null])).toEqual(
      readers.map(([taskId, , hasState]) => [taskId, hasState]),
    );
  });

  it('are of one snapshot, whatever is written meanwhile: none is newer or older than the position beside it', async () => {
    const { model } = countedModel();
    const taskId = 'grows';
    const { partition } = log.receive({ taskId, facts: [] });
    await log.hear({ taskId, facts: [FINISHED] });
    const first = await read(model, taskId);
    const eventsBefore = (first.freshness.offsets[partition] ?? 0) - 2 * (first.task?.version ?? 0);
    const writing = (async () => {
      for (let n = 0; n < 40; n += 1) await log.hear({ taskId, facts: [FINISHED] });
    })();
    const versions = new Set<number>();
    for (let version = 0; version < 41;) {
      const batch = await Promise.all([1, 2, 3].map(() => read(model, taskId)));
      for (const { freshness, task } of batch) {
        version = task?.version ?? 0;
        versions.add(version);
        expect(freshness.offsets[partition]).toBe(eventsBefore + 2 * version);
        expect(task?.tag).toBe(batch[0]?.task?.tag);
      }
    }
    await writing;
    expect(versions.size).toBeGreaterThan(1);
  });

  it('fail together where the database does, and are read again by the next call', async () => {
    const { model } = countedModel();
    await log.hear({ taskId: 'read again', facts: [FINISHED] });
    await model.db.query('ALTER TABLE tasks_v1.task_state RENAME TO away');
    const failed = await Promise.allSettled(['read again', 'other'].map((taskId) => read(model, taskId)));
    await model.db.query('ALTER TABLE tasks_v1.away RENAME TO task_state');
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await read(model, 'read again')).task?.taskId).toBe('read again');
  });
});
