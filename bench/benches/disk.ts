import { eventually } from '@mps-ledger/spec-kit';
import { storedBytes } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import type { Bench, Measurement, Stage } from '../contract';
import { changeStream, type Notifications } from '../events-on-log';
import { makeNotifications, SEED_000 } from '../notifications';
import { makeLedger } from '../ours';
import { putOnLog, type Waiting } from '../projecting';
import { rawRecord } from '../raw-records';
import { countOf } from '../rows';
import { onDatabase } from '../stage';
import { fill } from '../topics';

/** Bytes on disk, layer by layer: topics of one replica without compression, tables with their indexes as they come. */
export const disk: Bench = {
  name: 'disk',
  about: 'bytes on disk of topics and tables, and of the write-ahead log that writing them takes',
  notification: `${SEED_000}; a Change stream of the simulator`,
  contestants: ['ours'],
  // Bytes are the same each time.
  turns: { ours: 1 },
  prepare: async (stage) => {
    const stream = await changeStream();
    return {
      async run() {
        const seed000 = await layersOf(stage, 'seed 000', makeNotifications('disk'));
        return [...seed000, ...(await layersOf(stage, 'Change stream', stream))];
      },
      close: () => Promise.resolve(),
    };
  },
};

const TABLES = ['history', 'task', 'task_error_code', 'task_updated', 'task_state', 'subtask', 'notification'] as const;
type Table = (typeof TABLES)[number];

async function layersOf(stage: Stage, name: string, notifications: Notifications): Promise<readonly Measurement[]> {
  const events = Math.ceil(stage.options.events / 3);
  const waiting = await putOnLog(stage, name, notifications, events);
  const { topics, filled } = waiting;
  try {
    const recordOf = (number: number) => rawRecord(notifications(number).body);
    await fill(topics, TOPICS.raw, filled.notifications, recordOf);
    const [raw = NaN, derived = NaN] = await storedBytes(stage.brokers.split(','), [topics.raw, topics.events]);
    const { tables, wal } = await bytesOfTables(stage, waiting);
    const of = (layer: string, bytes: number, count: number, what: string): Measurement => ({
      ...{ case: `${name}: ${layer}`, unit: `bytes per ${what}`, better: 'less', value: bytes / count },
    });
    return [
      of('raw topic', raw, filled.notifications, 'notification'),
      of('event topic', derived, filled.events, 'event'),
      of('history', tables.history, filled.events, 'event'),
      of('task', tables.task, filled.tasks, 'task'),
      of('task_error_code', tables.task_error_code, filled.tasks, 'task'),
      of('task_updated', tables.task_updated, filled.tasks, 'task'),
      of('task_state', tables.task_state, filled.tasks, 'task'),
      of('subtask', tables.subtask, filled.subtasks, 'subtask'),
      of('notification', tables.notification, filled.notifications, 'notification'),
      of('write-ahead log', wal, filled.events, 'event'),
      { case: name, unit: 'events per task', better: 'less', value: filled.events / filled.tasks },
    ];
  } finally {
    await topics.drop();
  }
}

const WAL = `SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS bytes`;
const SIZES = TABLES.map((table) => `pg_total_relation_size('tasks_v1.${table}') AS ${table}`).join(', ');

/** Sizes after all events were projected into empty tables, and the amount of write-ahead log written by it. */
async function bytesOfTables(
  stage: Stage,
  { topics, filled }: Waiting,
): Promise<{ readonly tables: Readonly<Record<Table, number>>; readonly wal: number }> {
  const ledger = await makeLedger(stage, topics.prefix);
  try {
    return await onDatabase(ledger.databaseUrl, async (client) => {
      const numbers = async (sql: string): Promise<Record<string, number>> => {
        const { rows } = await client.query<Record<string, string>>(sql);
        return Object.fromEntries(Object.entries(rows[0] ?? {}).map(([name, value]) => [name, Number(value)]));
      };
      const before = await numbers(WAL);
      ledger.begin('projector');
      const done = async () => (await countOf(ledger.databaseUrl, 'tasks_v1.history')) === filled.events;
      await eventually(done, { what: 'all events in the tables', timeoutMs: 600_000 });
      await ledger.stop();
      const after = await numbers(WAL);
      const tables = (await numbers(`SELECT ${SIZES}`)) as Readonly<Record<Table, number>>;
      return { tables, wal: (after['bytes'] ?? NaN) - (before['bytes'] ?? NaN) };
    });
  } finally {
    await ledger.drop();
  }
}
