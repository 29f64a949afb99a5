import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import {
  createBuild,
  followBuild,
  moveBuild,
  registerFirstBuild,
  setUpCatalogue,
  type Build,
} from '@mps-ledger/catalogue';
import { migrate, projectionSchema as FROM } from '@mps-ledger/read-model';
import { EVENT_GENERATION, FOLD_VERSION } from '@mps-ledger/tasks';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { PlantedLog } from '../../apps/query/testing/planted-log';
import { readCompareArguments } from '../../apps/replay/compare/arguments';
import { findDifferences } from '../../apps/replay/compare/find-differences';
import { runCompare } from '../../apps/replay/compare/run';
import { copyRows } from './copied-build';

jest.setTimeout(120_000);

const ORIGIN = { projection: 'tasks', foldVersion: FOLD_VERSION, logGeneration: 1, eventGeneration: EVENT_GENERATION };

let database: TestDatabase;
let pool: Pool;
let builds: readonly [Build, Build];
let folder: string;

beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, FROM) } });
  pool = database.pool();
  folder = mkdtempSync(join(tmpdir(), 'mps-ledger-compare-'));
  await setUpCatalogue(pool);
  const log = new PlantedLog(pool);
  await log.adopt();
  for (let n = 0; n < 5; n += 1)
    await log.hear({
      ...{
        taskId: `task-${n}`,
        facts: [{ type: 'task.finished', data: { kind: 'workflow', error_code: 30010, message: 'no' } }],
      },
    });
  const first = await registerFirstBuild(pool, ORIGIN, log.logId, FROM);
  const second = await createBuild(pool, { origin: ORIGIN, logId: log.logId });
  await migrate(database.url, second.schema);
  await followBuild(pool, second);
  builds = [first, await moveBuild(pool, second, 'ready')];
});

beforeEach(() => copyRows(pool, FROM, builds[1].schema));

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.close();
});

const compare = (...words: readonly string[]) =>
  runCompare({
    ...{ pool, args: readCompareArguments(words), onProgress: () => undefined },
    signal: new AbortController().signal,
  });
const isFound = () => findDifferences(pool, ...builds, new AbortController().signal);
const corrupt = () =>
  pool.query(`UPDATE ${builds[1].schema}.task_state SET state = replace(state, '30010', '70000')
  WHERE task_key = (SELECT task_key FROM ${FROM}.task WHERE task_id = 'task-3')`);

describe('npm run compare', () => {
  it('ends with 0 for builds that are equal, and its report is the same each time', async () => {
    const [one, other] = [join(folder, 'one.json'), join(folder, 'other.json')];
    const { code, out, err } = await compare('--from', 'live', '--to', '2', '--report', one);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Equal: nothing that readers see differs.');
    await compare('--from', '1', '--to', '2', '--report', other);
    expect(readFileSync(other, 'utf8')).toBe(readFileSync(one, 'utf8'));
    const report = JSON.parse(readFileSync(one, 'utf8')) as Record<string, Record<string, unknown>>;
    expect(report).toMatchObject({
      equal: true,
      from: { build: 1, tasks: 5, fold_version: 1 },
      code: { mapper: 'mps1' },
    });
    expect(report['from']?.['digest']).toBe(report['to']?.['digest']);
    expect(await isFound()).toBeNull();
  });

  it('ends with 3 for builds that differ, and names task, value and events', async () => {
    await corrupt();
    const { code, out } = await compare('--from', 'live', '--to', '2');
    expect(code).toBe(3);
    expect(out).toContain('Task "task-3" of account default');
    expect(out).toContain('  error_code 30010 → 70000');
    expect(out).toMatch(/ {4}e1\.plantedlog01\.1\.1\.\d\.\d+ task\.finished \(callback-signed\) event [0-9a-f]{64}/);
    expect(out).toContain('DIFFERENT: 1 tasks');
    const report = JSON.parse((await compare('--from', '2', '--to', 'live', '--json')).out) as object;
    expect(report).toMatchObject({ equal: false, differing: 1, tasks: [{ task_id: 'task-3' }] });
    expect(await isFound()).toContain('such as error_code 30010 → 70000 of task task-3');
  });

  it('ends with 4 for a build that there is not, and names those that there are', async () => {
    expect(await compare('--from', 'live', '--to', '9')).toEqual({
      ...{ code: 4, out: '', err: 'There is no build 9. There are: 1 (live), 2 (ready).\n' },
    });
    expect((await compare('--from', 'live', '--to', '1')).err).toContain('name two different builds');
  });
});
