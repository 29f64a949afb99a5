/**
 * The anchor of `catch-up` named `copy`: COPY of history rows alone, over two connections, one transaction a chunk, of
 * events that are made here as `no-kafka` makes them: no Kafka, no fold, no other table. It is a limit.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { copyRows } from '../copy-text';
import { notificationTemplate } from '../notifications';
import { anchorTask, atWork } from './anchor';
import type { PreparedEvents } from './project-no-kafka';
import { dataText, type Spelled } from './trivial-fold';

const CONNECTIONS = 2;
const PARTITIONS = 12;
const NOTIFICATIONS_AT_ONCE = 300;
const COPY = `COPY tasks_v1.history (partition, "offset", task_key, event_id, type, account, subject, received,
  logged, trust, causation_id, mapper, raw_offset, data) FROM STDIN`;
const LOGGED = '2026-01-01T00:00:00.000Z';

const account = { items: 0, bytes: 0, isStopped: false };

async function main(): Promise<void> {
  const { file = '', databaseUrl = '' } = anchorTask();
  const prepared = JSON.parse(readFileSync(file, 'utf8')) as PreparedEvents;
  const waiting = Array.from({ length: PARTITIONS }, (_, partition) => partition);
  const worker = async (): Promise<void> => {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    for (let partition = waiting.shift(); partition !== undefined; partition = waiting.shift())
      await copyPartition(client, prepared, partition);
    await client.end();
  };
  const writing = Promise.all(Array.from({ length: CONNECTIONS }, worker));
  atWork(async () => {
    account.isStopped = true;
    await writing;
    return { items: account.items, seconds: 0, checks: { bytes: account.bytes } };
  });
  await writing;
  // Runs until SIGTERM.
  setInterval(() => undefined, 60_000);
}

async function copyPartition(client: Client, prepared: PreparedEvents, partition: number): Promise<void> {
  const { run, notifications, records } = prepared;
  const { taskIdOf } = notificationTemplate(run);
  const parsed = records.map((value) => ({ event: JSON.parse(value) as Spelled, text: dataText(value) }));
  const count = Math.ceil((notifications - partition) / PARTITIONS);
  for (let at = 0; at < count && !account.isStopped; at += NOTIFICATIONS_AT_ONCE) {
    let rows = '';
    const end = Math.min(count, at + NOTIFICATIONS_AT_ONCE);
    for (let one = at; one < end; one += 1) {
      const id = taskIdOf(one * PARTITIONS + partition);
      const key = createHash('sha256')
        .update(JSON.stringify(['default', id]))
        .digest('hex');
      for (const [place, { event, text }] of parsed.entries()) {
        const data = text.replace(taskIdOf(0), id);
        account.bytes += Buffer.byteLength(data);
        const offset = one * records.length + place + 1;
        const named = [event.id, event.type.slice('mps.'.length), event.data.account, id, event.recordedtime, LOGGED];
        const how = [event.trust, event.causationid, event.mapper, one + 1];
        const row = [partition, offset, `\\\\x${key}`, ...named, ...how, data.replaceAll('\\', '\\\\')];
        rows += `${row.join('\t')}\n`;
      }
    }
    await copyRows(client, COPY, rows);
    account.items += (end - at) * records.length;
  }
}

void main();
