import { testDatabase } from '@mps-ledger/testing';
import type { TestDatabase } from '@mps-ledger/testing';
import { positionCheck, TOPICS } from '@mps-ledger/records';
import { projectionSchema } from '../default-schema';
import { migrate } from '../migrate';
import { readModelIn } from '../read-model';
import { adoptLog } from '../write/checkpoint';
import { judgePosition } from './judge-position';
import { planOf, type PlanNode } from './testing/query-plan';

jest.setTimeout(60_000);

const PLACE = '(partition = (place.number - 1)) AND ("offset" < (place."offset")::bigint)';
const PLAN = [
  `Limit of Index Scan Backward using history_pkey on history: (${PLACE}); filter: none`,
  `Limit of Index Scan Backward using parked_pkey on parked: ((topic = '${TOPICS.events}'::text) AND ${PLACE}); filter: none`,
];
const LOG = { logId: 'plantedlog01', logGeneration: 1, eventGeneration: 1, partitions: 4 };
const RECORDS = 20_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase({ template: { name: 'read_model', prepare: (url) => migrate(url, projectionSchema) } });
  const pool = database.pool();
  await adoptLog(readModelIn(projectionSchema, pool), LOG, 1, [TOPICS.events, TOPICS.rejected]);
  await pool.query(
    `INSERT INTO tasks_v1.history (partition, "offset", account, event_id, type, received, logged, trust, causation_id, mapper, raw_offset, data)
     SELECT n % 4, n, 'default', 'event-' || n, 'task.started', now(), now(), 'file', '', 'mps1', 1, '{}'
     FROM generate_series(1, $1::int) n WHERE n % 10 > 0`,
    [RECORDS],
  );
  await pool.query(
    `INSERT INTO tasks_v1.parked (topic, partition, "offset", event_id, reason, headers, logged)
     SELECT '${TOPICS.events}', n % 4, n, CASE WHEN n % 20 = 0 THEN 'event-' || n END, 'x', '{}', now()
     FROM generate_series(10, $1::int, 10) n`,
    [RECORDS],
  );
  await pool.query(`UPDATE tasks_v1.checkpoint SET position = ${RECORDS + 1}`);
  await pool.query('ANALYZE tasks_v1.history, tasks_v1.parked');
});
afterAll(() => database.close());

/** What is kept of a partition below an offset, last. */
function idBelow(partition: number, offset: number): string | null {
  for (let n = offset - 1; n > 0; n -= 1)
    if (n % 4 === partition) return n % 10 > 0 || n % 20 === 0 ? `event-${n}` : null;
  return null;
}

const judged = async (offsets: readonly number[], check: string) =>
  (await judgePosition(readModelIn(projectionSchema, database.pool()), { ...LOG, offsets, check })).verdict;

it('fits where its check is of what is kept just before it, applied, parked, or parked without an id', async () => {
  for (const offsets of [
    [0, 1, 2, 3],
    [1, 2, 3, 4],
    [31, 31, 31, 31],
    [41, 42, 43, 44],
    [RECORDS + 1, RECORDS, 11, 12],
  ]) {
    const check = positionCheck(offsets.map((offset, partition) => idBelow(partition, offset)));
    expect([offsets, await judged(offsets, check)]).toEqual([offsets, 'current']);
    expect([offsets, await judged(offsets, check === '00000000' ? '11111111' : '00000000')]).toEqual([
      offsets,
      'reset',
    ]);
  }
});

it('is judged by one look into each of two primary keys for each partition', async () => {
  const offsets = [100, 10_000, 19_999, 20_001];
  const plan = await planOf(database.pool(), (model) => judgePosition(model, { ...LOG, offsets, check: '00000000' }));
  expect(looks(plan)).toEqual(PLAN);
});

/** The nodes of a plan that read large tables, with what bounds them, one a line. */
function looks(node: PlanNode, bound = ''): readonly string[] {
  const type = node['Node Type'];
  const below = (node.Plans ?? []).flatMap((plan) => looks(plan, type));
  if (!['history', 'parked'].includes(node['Relation Name'] ?? '')) return below;
  const title = [type, node['Scan Direction'], 'using', node['Index Name'], 'on', node['Relation Name']].join(' ');
  return [`${bound} of ${title}: ${node['Index Cond']}; filter: ${node.Filter ?? 'none'}`, ...below];
}
