import type { Pool } from 'pg';
import type { EventLog, NewRecord } from '@mps-ledger/event-log';
import { MAX_WORDS, SEARCH } from '@mps-ledger/projections';
import { toEventRecord, TOPICS } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase } from '@mps-ledger/testing';
import { openOptionalLedger } from '../testing/optional-ledger';
import type { OptionalLedger } from '../testing/optional-ledger';
import { PartitionLog, second, workflow } from '../testing/partition-log';

let ledger: OptionalLedger;
let pool: Pool;
let log: EventLog;
let schema: string;

beforeEach(async () => {
  ledger = await openOptionalLedger(SEARCH, await testDatabase());
  ({ pool, log, schema } = ledger);
});
afterEach(() => ledger.close());

const caughtUp = () => eventually(() => ledger.isCaughtUp());

/** The event records of a notification about a task's end, as derive writes them. The nth is received at the nth second. */
function ended(taskId: string, more: object, nth = 1): readonly NewRecord[] {
  const body = workflow(taskId, 'FINISH', [], more);
  return new PartitionLog(0).notify({ body, raw: nth }).map(toEventRecord);
}

async function rows(): Promise<{ words: string; received: Date; is_cut: boolean }[]> {
  return (await pool.query(`SELECT words, received, is_cut FROM ${schema}.task_words ORDER BY words`)).rows;
}

it('has what was ever said of a task, once, and when it was first received, however the log is cut into batches', async () => {
  const said = [
    ended('a', { ErrCode: 5, Message: 'One' }, 3),
    ended('b', { ErrCode: 7 }, 4),
    ended('a', { ErrCode: 5, Message: 'Two' }, 2),
    ended('a', { ErrCode: 5, Message: 'One' }, 6),
  ];
  for (const records of said.slice(0, 2)) await log.append(TOPICS.events, 0, records);
  await ledger.start().close();
  await log.append(TOPICS.events, 0, said.slice(2).flat());
  ledger.start();
  await caughtUp();
  expect(await rows()).toEqual([
    { words: 'a\n5\none\ntwo\n', received: new Date(second(3)), is_cut: false },
    { words: 'b\n7\n', received: new Date(second(4)), is_cut: false },
  ]);
});

it('is not written where a notification says nothing new', async () => {
  await log.append(TOPICS.events, 0, ended('a', { ErrCode: 5, Message: 'One' }));
  ledger.start();
  await caughtUp();
  const version = async () => (await pool.query(`SELECT xmin, ctid FROM ${schema}.task_words`)).rows;
  const before = await version();
  expect(before).toHaveLength(1);
  for (let n = 2; n < 10; n += 1) await log.append(TOPICS.events, 0, ended('a', { ErrCode: 5, Message: 'one' }, n));
  await caughtUp();
  expect(await version()).toEqual(before);
});

it('is bounded for a task of very many words, and says so', async () => {
  const message = (n: number) => ({ ErrCode: 5, Message: `${n} ${'x'.repeat(1_500)}` });
  await log.append(TOPICS.events, 0, Array.from({ length: 100 }, (_, n) => ended('a', message(n), n + 1)).flat());
  ledger.start();
  await caughtUp();
  const [row] = await rows();
  expect(row?.is_cut).toBe(true);
  expect(row?.words.length).toBeLessThan(MAX_WORDS);
  expect(row?.words).toContain('\n0 xxx');
});

it('says nothing of a record that is no event, and goes on', async () => {
  await log.append(TOPICS.events, 1, [
    { key: Buffer.from('x'), value: Buffer.from('no event'), headers: {} },
    ...ended('c', {}),
    { key: Buffer.from('x'), value: null, headers: {} },
  ]);
  ledger.start();
  await caughtUp();
  expect((await rows()).map(({ words }) => words)).toEqual(['c\n']);
});
