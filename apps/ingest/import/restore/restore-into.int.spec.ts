import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePostgresLog, partitionOf, setupPostgresLog, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { silentLogger } from '@mps-ledger/platform';
import { eventsOfRecord, partitionKey, toRawRecord, TOPICS } from '@mps-ledger/records';
import { hostile, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { SPEC_LAYOUT } from '../../testing/callback-listener';
import { recordsOf } from '../../testing/records-of';
import { exportLog } from '../../export/export-log';
import { openInput, type RunDisplay } from '@mps-ledger/exports';
import { restoreInto } from './restore-into';

jest.setTimeout(120_000);

interface SpecLog {
  readonly db: TestDatabase;
  readonly log: EventLog;
}
const open: SpecLog[] = [];
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mps-restore-'));
  file = join(folder, 'raw.ndjson');
});
afterEach(async () => {
  for (const { db, log } of open.splice(0)) {
    await log.close();
    await db.close();
  }
  rmSync(folder, { recursive: true });
});

async function emptyLog(partitions = SPEC_LAYOUT.partitions): Promise<EventLog> {
  const prepare = async (url: string) => void (await setupPostgresLog({ url, layout: { ...SPEC_LAYOUT, partitions } }));
  const db = await testDatabase();
  await prepare(db.url);
  const log = makePostgresLog({ url: db.url });
  open.push({ db, log });
  return log;
}

/** A log of notifications of different trust, headers and bytes, several of each task. */
async function usedLog(): Promise<EventLog> {
  const log = await emptyLog();
  for (let n = 0; n < 60; n += 1) {
    const task = n % 4 === 3 ? null : `T-${n % 5}`;
    const record = toRawRecord({
      ...{ id: `id-${n}`, account: 'default', source: `s-${n % 2}`, transport: 'callback', taskId: task },
      trust: (['callback-signed', 'queue', 'callback-unsigned'] as const)[n % 3]!,
      ...{ received: `2026-11-22T09:00:00.${String(n).padStart(3, '0')}Z`, sha256: 'a'.repeat(64) },
      signature: { verdict: 'valid', key: 1 },
      transportIds: { 'cmq-msgid': 'ü"\\' },
      bytes: n % 7 === 0 ? Buffer.from([0xff, n, 0x0a]) : Buffer.from(`{"n":${n},"TaskId":"${task}"}\n`),
    });
    const partition = partitionOf(task === null ? `id-${n}` : partitionKey('default', task), SPEC_LAYOUT.partitions);
    await log.append(TOPICS.raw, partition, [record]);
  }
  await log.append(TOPICS.raw, 1, [{ key: null, value: null, headers: {} }]);
  return log;
}

async function exportInto(path: string, log: EventLog): Promise<void> {
  let text = '';
  const options = {
    ...{ log, identity: await log.identity(), selected: null, now: new Date(), signal: new AbortController().signal },
  };
  for await (const piece of exportLog({ ...options, onProgress: () => undefined })) text += piece;
  writeFileSync(path, text);
}

const said: string[] = [];
const display: RunDisplay = {
  show: () => undefined,
  say: (sentence) => void said.push(sentence),
  end: () => undefined,
};

async function restoring(into: EventLog, { giveUpMs = 60_000 } = {}) {
  const { signal } = new AbortController();
  const identity = await into.identity();
  const input = await openInput(file);
  return restoreInto({ log: into, identity, input, logger: silentLogger(), display, signal, giveUpMs });
}

const content = ({ key, value, headers }: LogRecord) => ({ key, value, headers });
const placed = ({ partition, ...record }: LogRecord) => ({ partition, ...content(record as LogRecord) });
const eventIdsOf = (records: readonly LogRecord[]) =>
  records.map((record) => eventsOfRecord(record).map(({ event }) => event.id));

describe('a restore', () => {
  it('gives an empty log the same records in the same order, with ids, headers and trust', async () => {
    const from = await usedLog();
    await exportInto(file, from);
    const into = await emptyLog();
    expect(await restoring(into)).toMatchObject({ ok: true, records: 61, records_now: 61 });
    const before = await recordsOf(from, TOPICS.raw);
    const after = await recordsOf(into, TOPICS.raw);
    for (let partition = 0; partition < SPEC_LAYOUT.partitions; partition += 1)
      expect(after.filter((one) => one.partition === partition).map(placed)).toEqual(
        before.filter((one) => one.partition === partition).map(placed),
      );
    expect(before).toHaveLength(61);
    const keyed = (records: readonly LogRecord[]) => records.filter(({ key }) => key !== null);
    const sorted = (records: readonly LogRecord[]) => eventIdsOf(keyed(records)).map(String).sort();
    expect(sorted(after)).toEqual(sorted(before));
  });

  it('into a log of another number of partitions keeps the records of a task together and in order', async () => {
    const from = await usedLog();
    await exportInto(file, from);
    const into = await emptyLog(7);
    expect(await restoring(into)).toMatchObject({ ok: true, records: 61 });
    const byTask = (records: readonly LogRecord[]): [string, LogRecord[]][] => {
      const tasks = new Map<string, LogRecord[]>();
      for (const record of records) {
        const task = record.headers['task-id'] ?? 'none';
        tasks.set(task, [...(tasks.get(task) ?? []), record]);
      }
      return [...tasks].sort(([a], [b]) => (a < b ? -1 : 1));
    };
    const ofTasks = (records: readonly LogRecord[]) => byTask(records).filter(([task]) => task !== 'none');
    const after = ofTasks(await recordsOf(into, TOPICS.raw));
    expect(after.map(([task, records]) => [task, records.map(content)])).toEqual(
      ofTasks(await recordsOf(from, TOPICS.raw)).map(([task, records]) => [task, records.map(content)]),
    );
    for (const [task, records] of after)
      expect(new Set(records.map(({ partition }) => partition))).toEqual(new Set([partitionOf(task, 7)]));
    expect(await recordsOf(into, TOPICS.raw)).toHaveLength(61);
  });

  it('is refused where the log has a record, saying what to do', async () => {
    const from = await usedLog();
    await exportInto(file, from);
    await expect(restoring(from)).rejects.toMatchObject({
      code: 'log-not-empty',
      message: expect.stringMatching(/has 61 raw records already.*DATA_DIR to a new folder.*npm start/) as string,
    });
    expect(await recordsOf(from, TOPICS.raw)).toHaveLength(61);
  });

  it('that ended early goes on where it was, and a finished one appends nothing more', async () => {
    const from = await usedLog();
    await exportInto(file, from);
    const into = await emptyLog();
    const away = hostile(into, { seed: 1, refusedAppend: 1 });
    const first = restoring(away, { giveUpMs: 20 });
    expect(await first).toMatchObject({
      ok: false,
      records: 0,
      error: expect.stringContaining('takes nothing') as string,
    });
    // As a kill right after the first append leaves it.
    const [one] = await recordsOf(from, TOPICS.raw);
    await into.append(TOPICS.raw, one!.partition, [content(one!)]);
    expect(await restoring(into)).toMatchObject({
      ok: true,
      records: 61,
      records_now: 61,
    });
    expect(await restoring(into)).toMatchObject({ ok: true, records: 61, records_now: 0 });
    expect(await recordsOf(into, TOPICS.raw)).toHaveLength(62);
    await expect(restoring(await usedLog())).rejects.toMatchObject({ code: 'log-not-empty' });
  });

  it('repeats what the log did not answer, and loses nothing', async () => {
    const from = await usedLog();
    await exportInto(file, from);
    const into = await emptyLog();
    const losing = hostile(into, { seed: 3, lostAcknowledgement: 0.4, refusedAppend: 0.3 });
    expect(await restoring(losing)).toMatchObject({ ok: true, records: 61 });
    expect(losing.deeds.lostAcknowledgement + losing.deeds.refusedAppend).toBeGreaterThan(0);
    const keys = (records: readonly LogRecord[]) => [...new Set(records.map(({ key }) => String(key)))].sort();
    expect(keys(await recordsOf(into, TOPICS.raw))).toEqual(keys(await recordsOf(from, TOPICS.raw)));
  });
});
