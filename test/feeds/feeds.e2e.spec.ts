import { eventually } from '@mps-ledger/spec-kit';
import { makeDice, startApp, testDatabase, type AppProcess, type TestDatabase } from '@mps-ledger/testing';
import { PollingFollower, StreamingFollower, type Follower, type FollowerOptions } from './follower';
import { APPS, feedLedger, type FeedLedger } from './programs';
import type { TrueRecord } from './true-record';
import { faultsOf, readTruth } from './truth';
import { whenApplied, whereRowsAre } from './where-rows-are';

jest.setTimeout(280_000);

const FOLLOWERS = 50;
/** `npm run simulate`, under all hostilities. */
const HOSTILE = '--mode change --duplicate 0.2 --reorder 0.3 --late 0.1 --contradict 0.1 --unknown 0.2'.split(' ');

const FILTERS: readonly (Pick<FollowerOptions, 'stream' | 'filter'> & { wants: (record: TrueRecord) => boolean })[] = [
  { stream: 'facts', filter: '', wants: () => true },
  { stream: 'state-changes', filter: '', wants: () => true },
  { stream: 'facts', filter: '&type=mps.task.finished', wants: ({ type }) => type === 'mps.task.finished' },
  { stream: 'state-changes', filter: '&outcome=failed', wants: ({ outcome }) => outcome === 'failed' },
  { stream: 'state-changes', filter: '&status=finished', wants: ({ status }) => status === 'finished' },
  { stream: 'facts', filter: '&account=nobody', wants: () => false },
  { stream: 'state-changes', filter: '&kind=workflow', wants: ({ kind }) => kind === 'workflow' },
];

let database: TestDatabase;
let ledger: FeedLedger;
const followers: Follower[] = [];
/** Stops one of them after the other, wherever it is. */
let simulator: AppProcess | undefined;
let restless: NodeJS.Timeout | undefined;

beforeAll(async () => {
  database = await testDatabase();
  ledger = await feedLedger(database.url);
  await ledger.start(...APPS);
});
afterAll(async () => {
  clearInterval(restless);
  simulator?.signal('SIGKILL');
  await Promise.all(followers.map((follower) => follower.stop()));
  await ledger.close();
  await database.close();
});

function follow(number: number, from: string | null): Follower {
  const { filter, ...one } = FILTERS[number % FILTERS.length]!;
  const isStreaming = number % 5 < 3;
  const name = `${isStreaming ? 'stream' : 'changes'} ${number} of ${one.stream}${filter}`;
  const options = { ...one, filter, name, from, api: ledger.api };
  const follower = (isStreaming ? new StreamingFollower(options) : new PollingFollower(options)).start();
  followers.push(follower);
  return follower;
}

/** Writes concurrently until it is stopped. */
function simulate(...words: readonly string[]): { stop(): Promise<void> } {
  const script = 'apps/simulator/main.js';
  const program = startApp(script, { args: ['--to', ledger.callbacks, '--tasks', '1000000', ...words] });
  simulator = program;
  return {
    async stop() {
      program.signal('SIGINT');
      await program.ended;
      if (!program.stdout().includes('"interrupted"')) throw new Error(`it failed: ${program.stderr().slice(-2_000)}`);
    },
  };
}

it('each of 50 followers sees every record once, in the order of its partition, whatever is killed and stopped', async () => {
  const dice = makeDice(Number(process.env['FEEDS_SEED'] ?? 1));
  const start = (await whereRowsAre(ledger.api)).position;
  for (let number = 0; number < FOLLOWERS - 10; number += 1) follow(number, number % 2 === 0 ? null : start);
  const [reference] = followers as [Follower];
  const more = (): Promise<unknown> => {
    const enough = reference.seen.length + 20;
    return eventually(() => reference.seen.length >= enough, {
      what: () => `more events than ${reference.seen.length} ${JSON.stringify([...reference.told])}`,
      timeoutMs: 120_000,
    });
  };
  const writing = simulate('--rate', '6', '--seed', 'feeds', ...HOSTILE);
  restless = setInterval(() => followers[dice.between(0, followers.length - 1)]?.stumble(), 250);
  await more();
  await ledger.end('query', 'SIGKILL');
  await ledger.start('query');
  await more();
  await ledger.end('projector', 'SIGKILL');
  const before = await whereRowsAre(ledger.api);
  await eventually(async () => (await whereRowsAre(ledger.api)).lagMs > before.lagMs + 2_000, {
    what: 'changes to tell their age',
  });
  await ledger.start('projector');
  for (let number = FOLLOWERS - 10; number < FOLLOWERS; number += 1) follow(number, null);
  await more();
  await ledger.end('query', 'SIGTERM');
  await ledger.start('query');
  await more();
  await writing.stop();
  clearInterval(restless);
  const end = await whenApplied(ledger.api);
  await Promise.all(followers.map((follower) => follower.until(end)));
  const truth = await readTruth(database.pool());
  expect(truth.facts.length).toBeGreaterThan(100);
  expect(followers.flatMap((follower) => faultsOf(follower, truth))).toEqual([]);
  const refusals = followers.flatMap(({ told }) => [...told.keys()].filter((what) => /^\d/.test(what)));
  expect(refusals.filter((what) => !what.startsWith('503 '))).toEqual([]);
});
