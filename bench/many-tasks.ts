import { plantedTaskPath, plantLists } from '@mps-ledger/testing';
import type { Client } from 'pg';
import { eventually } from '@mps-ledger/spec-kit';
import { fillTables, timed } from './bulk';
import type { Stage } from './contract';
import { allAccepted, startGenerator } from './generator';
import { largeTaskBodies, largeTaskId, LARGE_TASKS } from './large-tasks';
import { fillReports } from './many-reports';
import { fillSearch } from './many-searched';
import { EVENTS_PER_NOTIFICATION, notificationTemplate } from './notifications';
import { ledgerIn, type Ledger } from './ours';
import { countOf } from './rows';
import { onDatabase } from './stage';

/**
 * A ledger with many tasks in its read model; its apps are not running. Nine tenths are rows for lists made in SQL, which differ in all
 * that is filtered by, over 30 days; a tenth are like one real task, with its state, and some of these with its history; a few have
 * many subtasks. All are in the tables of the projection `search`, and those made for lists in the tables of reports.
 */
export interface ManyTasks {
  readonly ledger: Ledger;
  readonly count: number;
  readonly notifications: number;
  /** Ids of tasks with a state, all over the table. */
  ids(count: number): readonly string[];
  /** The same, of those that have their history. */
  idsWithHistory(count: number): readonly string[];
  /** Paths of tasks made for lists. */
  listedPaths(count: number): readonly string[];
  drop(): Promise<void>;
}

/** Of all tasks, one in so many has a state: five million would be 20 GB. */
const WITH_STATE = 10;
/** Of those, one in so many has its history. */
const WITH_HISTORY = 5;
export const MANY_HOURS = 30 * 24;
const MOST_NOTIFICATIONS = 3_000_000;

const TABLES = ['task', 'task_error_code', 'task_updated', 'notification', 'task_state', 'subtask', 'history'].map(
  (table) => `tasks_v1.${table}`,
);

const { taskIdOf } = notificationTemplate('query');

/** Makes them, or finds those that an earlier run of the same data folder made. */
export async function manyTasks(stage: Stage, count: number): Promise<ManyTasks> {
  const database = await stage.openKept(`many_${count}`);
  const ledger = await ledgerIn(database);
  const withState = Math.floor(count / WITH_STATE);
  const listed = { tasks: count - withState, notifications: Math.min(count, MOST_NOTIFICATIONS), hours: MANY_HOURS };
  if (!database.isFilled) {
    await projectAFew(ledger);
    await onDatabase(ledger.databaseUrl, (client) =>
      fillTables(stage, client, TABLES, async () => {
        await timed(stage, 'rows of lists', () => plantLists(client, listed));
        await timed(stage, 'tasks with a state', () => multiply(client, taskIdOf(0), withState));
      }),
    );
    await fillSearch(stage, ledger.databaseUrl);
    await database.filled();
  }
  await fillReports(stage, ledger.databaseUrl);
  const spread = (wanted: number, every: number): readonly string[] =>
    // A stride that has no divisor in common with the count visits all over the table.
    Array.from({ length: wanted }, (_, at) => taskIdOf(((at * 7_919) % Math.floor(withState / every)) * every));
  return {
    ...{ ledger, count, notifications: listed.notifications },
    ids: (wanted) => spread(wanted, 1),
    idsWithHistory: (wanted) => spread(wanted, WITH_HISTORY),
    listedPaths: (wanted) =>
      Array.from({ length: wanted }, (_, at) => plantedTaskPath(1 + ((at * 7_919) % listed.tasks))),
    drop: () => ledger.drop(),
  };
}

/** Sends the notifications of one task, and those of tasks with many subtasks, through the apps. */
async function projectAFew(ledger: Ledger): Promise<void> {
  const generator = startGenerator();
  try {
    await ledger.start('ingest', 'projector');
    const to = { port: ledger.callbacks, path: '/notify/mps' };
    const one = { do: 'post-all', run: 'query', to, connections: 1, first: 0, count: 1, limitSeconds: 30 } as const;
    allAccepted(await generator.run(one));
    let events = EVENTS_PER_NOTIFICATION;
    for (const subtasks of LARGE_TASKS)
      for (const body of largeTaskBodies(subtasks)) {
        const { status } = await fetch(`http://127.0.0.1:${to.port}${to.path}`, { method: 'POST', body });
        if (status !== 200) throw new Error(`the notification of ${largeTaskId(subtasks)} was answered ${status}`);
        events += subtasks + 2;
      }
    const isThere = async () => (await countOf(ledger.databaseUrl, 'tasks_v1.history')) >= events;
    await eventually(isThere, { what: 'the first tasks', timeoutMs: 300_000 });
  } finally {
    generator.close();
    await ledger.stop();
  }
}

/** Five seconds apart, so that they spread over the days of the others. */
const EARLIER = (column: string): string => `one.${column} - n * interval '5 s'`;

/** The tasks 1 to count − 1, like task 0. */
async function multiply(client: Client, firstId: string, count: number): Promise<void> {
  const id = `regexp_replace('${firstId}', '0{9}t0$', lpad(n::text, 9, '0') || 't0')`;
  // SHA-256 of the JSON text of [account, TaskId], as taskKey of libs/read-model has it.
  const keyOf = (text: string): string => `sha256(convert_to('["default","' || ${text} || '"]', 'UTF8'))`;
  const ofTable = (table: string, changed: Readonly<Record<string, string>>, step: number): string => `
    INSERT INTO tasks_v1.${table}
    SELECT made.* FROM tasks_v1.${table} one, generate_series(${step}, ${count - 1}, ${step}) n,
      LATERAL jsonb_populate_record(one, jsonb_build_object(${pairsOf(changed)})) made
    WHERE one.task_key = ${keyOf(`'${firstId}'`)}`;
  const task_key = `'\\x' || encode(${keyOf(id)}, 'hex')`;
  const renamed = (column: string): string => `replace(one.${column}, '${firstId}', ${id})`;
  const times = { first_received: EARLIER('first_received'), updated: EARLIER('updated') };
  const offset = `one."offset" + n::bigint * 100`;
  await client.query(ofTable('task', { task_key, task_id: id, task_id_json: renamed('task_id_json'), ...times }, 1));
  await client.query(ofTable('task_updated', { task_key, ...times }, 1));
  await client.query(ofTable('task_state', { task_key, state: renamed('state') }, 1));
  await client.query(ofTable('subtask', { task_key }, 1));
  await client.query(ofTable('history', { task_key, offset, data: renamed('data') }, WITH_HISTORY));
}

function pairsOf(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, value]) => `'${name}', ${value}`)
    .join(', ');
}
