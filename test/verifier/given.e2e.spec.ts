import { makePostgresLog, type EventLog } from '@mps-ledger/event-log';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import type { Pool } from 'pg';
import { endAll } from '../standalone/process';
import { fillLedger, type Filled, type Sent } from './ledger';
import { differencesOf, failing, verifyNow, type Given } from './verifying';

jest.setTimeout(180_000);

let database: TestDatabase;
let filled: Filled;
let log: EventLog;
let pool: Pool;

beforeAll(async () => {
  database = await testDatabase();
  filled = await fillLedger(database.url);
  log = makePostgresLog({ url: database.url });
  pool = database.pool();
});
afterAll(async () => {
  await endAll();
  await log.close();
  await database.close();
});

const verified = (given: Given) => verifyNow({ pool, log }, given);

/** What the check says of each difference, when everything else is well. */
async function said(check: 'acknowledged' | 'truth', given: Given): Promise<readonly string[]> {
  const result = await verified(given);
  expect(failing(result)).toEqual([check]);
  return differencesOf(result, check).map(({ what }) => what);
}

describe('of a journal', () => {
  const acknowledged = (): Sent => filled.journal.find(({ receipt }) => receipt !== null)!;
  const changed = (change: (parts: string[]) => void): Sent => {
    const parts = acknowledged().receipt!.split('.');
    change(parts);
    return { ...acknowledged(), receipt: parts.join('.') };
  };

  it('what was refused, or never answered, is not looked for', async () => {
    const refused = { ...acknowledged(), status: 400, sha256: 'f'.repeat(64) };
    expect(await verified({ journal: [refused, { ...refused, seq: 2, status: null, receipt: null }] })).toMatchObject({
      ok: true,
    });
  });

  it.each([
    ['bytes that were not sent', () => ({ ...acknowledged(), sha256: 'f'.repeat(64) }), /other bytes/],
    ['a receipt beyond the log', () => changed((parts) => (parts[4] = '99999')), /no raw record is at its receipt/],
    ['a receipt of the genesis record', () => changed((parts) => (parts[4] = '0')), /no raw record is at its receipt/],
    [
      'a receipt of another record',
      () => changed((parts) => (parts[5] = '000000')),
      /of another notification than its/,
    ],
    ['a receipt of another log', () => changed((parts) => (parts[1] = 'aaaaaaaaaaaa')), /is of log aaaaaaaaaaaa/],
    ['a receipt of another log generation', () => changed((parts) => (parts[2] = '2')), /is of log generation 2/],
    ['a receipt of a partition that is not there', () => changed((parts) => (parts[3] = '3')), /is of partition 3/],
    ['an answer without a receipt', () => ({ ...acknowledged(), receipt: null }), /without a receipt/],
  ])('%s is a difference', async (_, line, says) => {
    expect(await said('acknowledged', { journal: [line()] })).toEqual([expect.stringMatching(says)]);
  });

  it('a send by a way without receipts is on the log as often as it was sent, or that is a difference', async () => {
    const sent = { ...acknowledged(), receipt: null, via: 'cmq' };
    expect(await verified({ journal: [sent] })).toMatchObject({ ok: true });
    const other = { ...sent, seq: 998, sha256: 'f'.repeat(64) };
    const many = Array.from({ length: 100 }, (_, n) => ({ ...sent, seq: n + 1 }));
    for (const journal of [[sent, other], many])
      expect(await said('acknowledged', { journal })).toEqual(
        expect.arrayContaining([expect.stringMatching(/acknowledged by its queue, and no raw record has its bytes/)]),
      );
  });

  it('a receipt that two sends were given is a difference', async () => {
    const journal = [acknowledged(), { ...acknowledged(), seq: 999 }];
    expect(await said('acknowledged', { journal })).toEqual([expect.stringMatching(/for another send, too/)]);
  });

  it('all is listed of few differences, and some of many are', async () => {
    const journal = Array.from({ length: 50 }, (_, n) => ({ ...acknowledged(), seq: n + 1, receipt: null }));
    const [check] = (await verified({ journal })).checks.filter(({ ok }) => !ok);
    expect(check).toMatchObject({ name: 'acknowledged', found: 50, truncated: true, checked: 50 });
    expect(check?.differences).toHaveLength(20);
  });
});

describe('of a truth', () => {
  type Answer = Readonly<Record<string, unknown>> & { readonly subtasks: readonly Record<string, unknown>[] };
  const failedTask = (): Answer =>
    filled.tasks.find(({ outcome }) => outcome === 'partially-failed') as unknown as Answer;

  it.each([
    ['status', 'processing'],
    ['error_code', 1],
    ['outcome', 'succeeded'],
    ['contradicted', true],
    ['session_id', 'another'],
    ['kind', 'live'],
    ['subtasks', []],
  ])('a task with another %s is a difference', async (member, value) => {
    const truth = [{ ...failedTask(), [member]: value }];
    const result = await verified({ truth });
    expect(failing(result)).toEqual(['truth']);
    expect(differencesOf(result, 'truth')).toMatchObject([
      { where: { task_id: failedTask()['task_id'], line: 1 }, expected: { [member]: value } },
    ]);
  });

  it('a member that is left out is not compared', async () => {
    const { account, task_id } = failedTask();
    expect(await verified({ truth: [{ account, task_id }, { task_id }] })).toMatchObject({ ok: true });
  });

  it('subtasks count as a multiset, in any order, with or without their codes', async () => {
    const subtasks = [...failedTask().subtasks].reverse();
    const codeless = subtasks.map(({ kind, definition, status }) => ({ kind, definition, status }));
    const truth = [subtasks, codeless].map((some) => ({ ...failedTask(), subtasks: some }));
    expect(await verified({ truth })).toMatchObject({ ok: true });
    const [one, ...others] = subtasks;
    const wrong = [
      others,
      [...subtasks, one],
      [{ ...one, count: 2 }, ...others],
      [{ ...one, error_code: 99 }, ...others],
      [{ ...one, definition: 'another' }, ...others],
      [{ ...one, twins: { total: 2, succeeded: 2, failed: 0 } }, ...others],
    ].map((some) => ({ ...failedTask(), subtasks: some }));
    expect(await said('truth', { truth: wrong })).toHaveLength(wrong.length);
  });

  it('one alternative that agrees is enough', async () => {
    const wrong = { ...failedTask(), status: 'queued' };
    expect(await verified({ truth: [{ ...wrong, alternatives: [wrong, failedTask()] }] })).toMatchObject({ ok: true });
    expect(await said('truth', { truth: [{ ...wrong, alternatives: [wrong] }] })).toHaveLength(1);
  });

  it('a task that the ledger does not know is a difference', async () => {
    const unknown = [{ task_id: 'never heard of' }, { ...failedTask(), account: 'another' }];
    expect(await said('truth', { truth: unknown })).toEqual(unknown.map(() => 'the ledger does not know the task'));
  });
});
