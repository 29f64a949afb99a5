import { eventually } from '@mps-ledger/spec-kit';
import type { Stage } from './contract';
import { allAccepted, startGenerator } from './generator';
import { EVENTS_PER_NOTIFICATION, notificationTemplate } from './notifications';
import { makeLedger, type Ledger } from './ours';
import { countOf } from './rows';
import { onDatabase } from './stage';
import { makeTopics } from './topics';

/** A ledger with many tasks in its read model; its apps are not running. */
export interface ManyTasks {
  readonly ledger: Ledger;
  readonly count: number;
  /** Ids of tasks all over the table. */
  ids(count: number): readonly string[];
  /** The same, of those that have their history. */
  idsWithHistory(count: number): readonly string[];
  drop(): Promise<void>;
}

/** Every so many tasks one has its history: seven million rows of it would take longer to make than all benches. */
const WITH_HISTORY = 10;

/**
 * Sends one notification through the apps, then multiplies the rows of its task in SQL: the same rows but for the ids, so
 * that a million tasks are there in a minute or two.
 */
export async function manyTasks(stage: Stage, count: number): Promise<ManyTasks> {
  const topics = await makeTopics(stage);
  const ledger = await makeLedger(stage, topics.prefix);
  const { taskIdOf } = notificationTemplate('query');
  await projectOne(ledger);
  stage.tell(`  making ${count.toLocaleString('en-US')} tasks`);
  await multiply(ledger.databaseUrl, taskIdOf(0), count);
  const spread = (wanted: number, every: number): readonly string[] =>
    Array.from({ length: wanted }, (_, at) => {
      // A stride that has no divisor in common with the count visits all over the table.
      const among = Math.floor(count / every);
      return taskIdOf(((at * 7_919) % among) * every);
    });
  return {
    ledger,
    count,
    ids: (wanted) => spread(wanted, 1),
    idsWithHistory: (wanted) => spread(wanted, WITH_HISTORY),
    async drop() {
      await ledger.drop();
      await topics.drop();
    },
  };
}

async function projectOne(ledger: Ledger): Promise<void> {
  const generator = startGenerator();
  try {
    await ledger.start('ingest', 'projector');
    const to = { port: ledger.callbacks, path: '/notify/mps' };
    const one = { do: 'post-all', run: 'query', to, connections: 1, first: 0, count: 1, limitSeconds: 30 } as const;
    allAccepted(await generator.run(one));
    const isThere = async () => (await countOf(ledger.databaseUrl, 'tasks_v1.history')) === EVENTS_PER_NOTIFICATION;
    await eventually(isThere, { what: 'the first task' });
  } finally {
    generator.close();
    await ledger.stop();
  }
}

/** The tasks 1 to count − 1, like task 0. */
async function multiply(url: string, firstId: string, count: number): Promise<void> {
  const id = `regexp_replace('${firstId}', '0{9}t0$', lpad(n::text, 9, '0') || 't0')`;
  // SHA-256 of the JSON text of [account, TaskId], as taskKey of libs/read-model has it.
  const key = `sha256(convert_to('["default","' || ${id} || '"]', 'UTF8'))`;
  const ofTable = (table: string, changed: Readonly<Record<string, string>>, step: number): string => `
    INSERT INTO tasks_v1.${table}
    SELECT made.* FROM tasks_v1.${table} one, generate_series(${step}, ${count - 1}, ${step}) n,
      LATERAL jsonb_populate_record(one, jsonb_build_object(${pairsOf(changed)})) made`;
  const taskKey = `'\\x' || encode(${key}, 'hex')`;
  const renamed = (column: string): string => `replace(one.${column}, '${firstId}', ${id})`;
  await onDatabase(url, async (client) => {
    await client.query('SET synchronous_commit = off');
    const first = `one.first_received + n * interval '1 millisecond'`;
    await client.query(
      ofTable(
        'task',
        { task_key: taskKey, task_id: id, task_id_json: renamed('task_id_json'), first_received: first },
        1,
      ),
    );
    await client.query(ofTable('task_state', { task_key: taskKey, state: renamed('state') }, 1));
    await client.query(ofTable('subtask', { task_key: taskKey }, 1));
    const offset = `one."offset" + n::bigint * 100`;
    await client.query(ofTable('history', { task_key: taskKey, offset, data: renamed('data') }, WITH_HISTORY));
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  });
}

function pairsOf(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, value]) => `'${name}', ${value}`)
    .join(', ');
}
