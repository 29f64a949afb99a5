import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makePostgresLog, partitionOf, setupPostgresLog, type EventLog } from '@mps-ledger/event-log';
import { silentLogger } from '@mps-ledger/platform';
import { fromRawRecord, partitionKey, TOPICS } from '@mps-ledger/records';
import { hostile, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { NOTIFICATION, SPEC_LAYOUT } from '../testing/callback-listener';
import { recordsOf } from '../testing/records-of';
import { BadLines } from './bad-lines';
import { NO_LINES, type ImportProgress } from './import-cursor';
import { importLines } from './import-lines';
import { openInput, BEGINNING } from '@mps-ledger/exports';
import { makeLineTaker } from './take-line';

jest.setTimeout(120_000);

let db: TestDatabase;
let log: EventLog;
let folder: string;

beforeEach(async () => {
  const prepare = async (url: string) => void (await setupPostgresLog({ url, layout: SPEC_LAYOUT }));
  db = await testDatabase({ template: { name: 'ingest_log', prepare } });
  log = makePostgresLog({ url: db.url });
  folder = mkdtempSync(join(tmpdir(), 'mps-import-'));
});
afterEach(async () => {
  await log.close();
  await db.close();
  rmSync(folder, { recursive: true });
});

const START: ImportProgress = { position: BEGINNING, counts: NO_LINES };

interface Importing {
  readonly content: string | Buffer;
  readonly into?: EventLog;
  readonly from?: ImportProgress;
  readonly signal?: AbortSignal;
  readonly giveUpMs?: number;
  readonly onProgress?: (progress: ImportProgress) => void;
}

async function importing({ content, into = log, from = START, signal, giveUpMs, onProgress }: Importing) {
  const path = join(folder, 'bodies');
  writeFileSync(path, content);
  const progress: ImportProgress[] = [from];
  const bad = new BadLines({ say: () => undefined }, from.counts.bad);
  const identity = await log.identity();
  const taker = makeLineTaker({ log: into, identity, source: { id: 'old', account: 'team-a' } });
  const imported = importLines({
    ...{ input: await openInput(path), taker, from, bad, logger: silentLogger() },
    signal: signal ?? new AbortController().signal,
    onProgress: (now) => void (progress.push(now), onProgress?.(now)),
    limits: { maxLines: 50, ...(giveUpMs !== undefined && { giveUpMs }) },
  });
  const error: unknown = await imported.then(() => null).catch((failure: unknown) => failure);
  await taker.close();
  return { error, bad, last: progress.at(-1) ?? START };
}

const body = (task: number, number: number): string =>
  `{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"T-${task}","Status":"PROCESSING"},"n":${number}}`;
const manyBodies = (count: number): string => Array.from({ length: count }, (_, n) => body(n % 7, n)).join('\n');

/** The numbers of the bodies on the raw log, by task, in their order. */
async function numbersByTask(): Promise<ReadonlyMap<string, readonly number[]>> {
  const byTask = new Map<string, number[]>();
  for (const { value } of await recordsOf(log, TOPICS.raw)) {
    const found = JSON.parse(value?.toString() ?? '') as { WorkflowTaskEvent: { TaskId: string }; n: number };
    const { TaskId: task } = found.WorkflowTaskEvent;
    byTask.set(task, [...(byTask.get(task) ?? []), found.n]);
  }
  return byTask;
}

const isSubsequence = (expected: readonly number[], of: readonly number[]): boolean =>
  of.reduce((at, one) => (one === expected[at] ? at + 1 : at), 0) === expected.length;

const expectedNumbers = (count: number) => (task: number) =>
  Array.from({ length: count }, (_, n) => n).filter((n) => n % 7 === task);

describe('an import', () => {
  it('makes one raw record of each line, placed by its task, with the exact bytes and the trust of a file', async () => {
    const { bad, error } = await importing({ content: `\ufeff${NOTIFICATION}\r\n\n  \n{"x":1}` });
    expect({ error, bad: bad.count }).toEqual({ error: null, bad: 0 });
    const records = await recordsOf(log, TOPICS.raw);
    expect(records).toHaveLength(2);
    const one = records.find(({ value }) => value?.toString() === NOTIFICATION);
    const read = fromRawRecord(one!);
    expect(read).toMatchObject({ account: 'team-a', source: 'old', transport: 'file', trust: 'file', taskId: 'T-1' });
    expect(read).not.toHaveProperty('signature');
    expect(one?.partition).toBe(partitionOf(partitionKey('team-a', 'T-1'), SPEC_LAYOUT.partitions));
  });

  it('reads gzip, also in several members, by its first bytes', async () => {
    const content = Buffer.concat([gzipSync(`${body(1, 1)}\n`), gzipSync(body(1, 2))]);
    expect(await importing({ content })).toMatchObject({ error: null });
    expect(await numbersByTask()).toEqual(new Map([['T-1', [1, 2]]]));
  });

  it('reports bad lines by number and reason, logs nothing of them, and imports the others', async () => {
    const long = `{"a":"${'x'.repeat(6 * 1024 * 1024)}"}`;
    const content = Buffer.concat([
      Buffer.from(`${body(1, 1)}\nhello\n[1]\n${long}\n`),
      Buffer.from([0x7b, 0xff, 0x7d]),
      Buffer.from(`\n{"a":\n${body(1, 2)}`),
    ]);
    const { bad, last, error } = await importing({ content });
    expect(error).toBeNull();
    expect(bad.listed.map(({ line, reason }) => [line, reason])).toEqual([
      [2, 'not-json'],
      [3, 'not-an-object'],
      [4, 'line-too-long'],
      [5, 'not-utf8'],
      [6, 'not-json'],
    ]);
    expect(last).toMatchObject({ position: { line: 7 }, counts: { imported: 2, bad: { 'not-json': 2 } } });
    expect(await recordsOf(log, TOPICS.rejected)).toEqual([]);
    expect(await numbersByTask()).toEqual(new Map([['T-1', [1, 2]]]));
  });

  it('keeps the order of the file for each task, also over a log that loses answers', async () => {
    const into = hostile(log, { seed: 7 });
    expect(await importing({ content: manyBodies(700), into })).toMatchObject({ error: null });
    const { lostAcknowledgement, refusedAppend } = into.deeds;
    expect(lostAcknowledgement + refusedAppend).toBeGreaterThan(0);
    const found = await numbersByTask();
    for (let task = 0; task < 7; task += 1)
      expect(isSubsequence(expectedNumbers(700)(task), found.get(`T-${task}`) ?? [])).toBe(true);
  });

  it.each([
    ['plain', (text: string) => text],
    ['gzip', (text: string) => gzipSync(text)],
  ])('of a %s file that is stopped goes on after the last line that is on the log', async (_, packed) => {
    const content = packed(manyBodies(500));
    const stopping = new AbortController();
    const first = await importing({
      ...{ content, signal: stopping.signal },
      onProgress: ({ position }) => position.line === 200 && stopping.abort(new Error('stopped')),
    });
    expect(first.error).toMatchObject({ message: 'stopped' });
    expect(first.last.position.line).toBeGreaterThanOrEqual(200);
    expect(first.last.position.line).toBeLessThan(500);
    const second = await importing({ content, from: first.last });
    expect(second).toMatchObject({ error: null, last: { position: { line: 500 }, counts: { imported: 500 } } });
    const found = await numbersByTask();
    for (let task = 0; task < 7; task += 1) expect(found.get(`T-${task}`)).toEqual(expectedNumbers(500)(task));
  });

  it('ends where the log takes nothing, knowing what is on it', async () => {
    const into = hostile(log, { seed: 1, refusedAppend: 1 });
    const { error, last } = await importing({ content: manyBodies(100), into, giveUpMs: 50 });
    expect(error).toMatchObject({ code: 'log-unavailable' });
    expect(last.position.line).toBe(0);
    expect(await recordsOf(log, TOPICS.raw)).toEqual([]);
  });

  it.each([
    [
      'is truncated',
      (packed: Buffer) => packed.subarray(0, packed.length - 20),
      'ends too early: the file is truncated',
    ],
    ['is damaged', (packed: Buffer) => Buffer.concat([packed, Buffer.from('more')]), 'compressed data is damaged'],
  ])('says that compressed data %s, and imports no half line', async (_, spoil, message) => {
    const { error, last } = await importing({ content: spoil(gzipSync(manyBodies(2_000), { level: 0 })) });
    expect(error).toMatchObject({ code: 'input-failure', message: expect.stringContaining(message) as string });
    expect(await recordsOf(log, TOPICS.raw)).toHaveLength(last.position.line);
  });

  it('refuses an export of raw records, which would lose their trust', async () => {
    const { error } = await importing({ content: '{"mps_ledger_export":1}\n{"key":"1"}' });
    expect(error).toMatchObject({ message: expect.stringMatching(/Line 1 begins an export.*--restore/) as string });
    expect(await recordsOf(log, TOPICS.raw)).toEqual([]);
  });
});
