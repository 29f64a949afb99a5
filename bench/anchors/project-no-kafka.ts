/**
 * The limit of `project` named `no-kafka`: the rows of `minimal`, written by the same statement over as many connections, of
 * events that are made here: those of one notification, with the id of another task each time.
 */
import { readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { Pool } from 'pg';
import { notificationTemplate } from '../notifications';
import { anchorTask, atWork } from './anchor';
import { readStates, writeRows } from './task-tables';
import { foldBatch, keyed, type EventRead } from './trivial-fold';

/** What the harness prepares: the events of notification 0, and of how many notifications there are to be rows. */
export interface PreparedEvents {
  readonly run: string;
  readonly notifications: number;
  /** Their values. */
  readonly records: readonly string[];
}

const CONNECTIONS = 4;
const PARTITIONS = 12;
const NOTIFICATIONS_AT_ONCE = 150;

async function main(): Promise<void> {
  const { file = '', databaseUrl = '' } = anchorTask();
  const prepared = JSON.parse(readFileSync(file, 'utf8')) as PreparedEvents;
  const pool = new Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  const state = { items: 0, bytes: 0, isStopped: false };
  const waiting = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const worker = async (): Promise<void> => {
    for (let partition = waiting.shift(); partition !== undefined; partition = waiting.shift())
      await fillPartition(pool, prepared, partition, state);
  };
  const writing = Promise.all(Array.from({ length: CONNECTIONS }, worker));
  atWork(async () => {
    state.isStopped = true;
    await writing;
    await pool.end();
    return { items: state.items, seconds: 0, checks: { bytes: state.bytes } };
  });
  await writing;
}

async function fillPartition(
  pool: Pool,
  { run, notifications, records }: PreparedEvents,
  partition: number,
  state: { items: number; bytes: number; isStopped: boolean },
): Promise<void> {
  const { taskIdOf } = notificationTemplate(run);
  const count = Math.ceil((notifications - partition) / PARTITIONS);
  for (let at = 0; at < count && !state.isStopped; at += NOTIFICATIONS_AT_ONCE) {
    const events: EventRead[] = [];
    for (let one = at; one < Math.min(count, at + NOTIFICATIONS_AT_ONCE); one += 1) {
      const id = taskIdOf(one * PARTITIONS + partition);
      for (const [place, record] of records.entries()) {
        const value = record.replaceAll(taskIdOf(0), id).replace('"rawoffset":"1"', `"rawoffset":"${one + 1}"`);
        events.push({ offset: one * records.length + place + 1, logged: '2026-01-01T00:00:00.000Z', value });
      }
    }
    const parsed = events.map(keyed);
    const states = await readStates(pool, [...new Set(parsed.map(({ key }) => key))]);
    await writeRows(pool, partition, (at + NOTIFICATIONS_AT_ONCE) * records.length + 1, foldBatch(parsed, states));
    state.items += events.length;
    state.bytes += events.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);
    await turn();
  }
}

void main();
