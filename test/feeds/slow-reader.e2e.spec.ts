import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { StreamingFollower } from './follower';
import { APPS, feedLedger, type FeedLedger } from './programs';
import { sendSample } from './send-sample';
import { faultsOf, readTruth } from './truth';
import { whenApplied } from './where-rows-are';

jest.setTimeout(240_000);

/** Makes its events long, so that few of them are more than a process keeps for clients that are behind. */
const LONG = 'x'.repeat(100_000);
/** Notifications between looks at whether the client is told: they go together no further than the rows. */
const AT_ONCE = 20;
const MOST = 500;

let database: TestDatabase;
let ledger: FeedLedger;
let sent = 0;

beforeAll(async () => {
  database = await testDatabase();
  ledger = await feedLedger(database.url);
  await ledger.start(...APPS);
});
afterAll(async () => {
  await ledger.close();
  await database.close();
});

async function send(message: string): Promise<void> {
  sent += 1;
  await sendSample(ledger.callbacks, `slow ${sent}`, (body) =>
    body.replaceAll(/"Message":"[^"]*"/g, `"Message":"${message}"`),
  );
}

async function hasLagged(): Promise<boolean> {
  const metrics = await (await fetch(`${ledger.api}/metrics`)).text();
  return metrics.includes('mps_ledger_sse_streams_ended_total{reason="lagged"}');
}

it('a slow reader is told that it lagged, with its last position, and goes on from there: each record once', async () => {
  const options = { stream: 'facts', filter: '', wants: () => true, api: ledger.api } as const;
  const slow = new StreamingFollower({ ...options, name: 'slow', from: null }).start();
  const fast = new StreamingFollower({ ...options, name: 'fast', from: null }).start();
  await send('');
  await eventually(() => slow.told.has('caught_up') && slow.seen.length > 0, { timeoutMs: 60_000 });
  slow.pause();
  while (!(await hasLagged())) {
    expect(sent).toBeLessThan(MOST);
    for (let n = 0; n < AT_ONCE; n += 1) await send(LONG);
    await whenApplied(ledger.api);
  }
  expect(slow.told.has('lagged')).toBe(false);
  const before = slow.seen.length;
  slow.resume();
  await eventually(() => slow.told.has('lagged'), { timeoutMs: 60_000 });
  const end = await whenApplied(ledger.api);
  await Promise.all([slow, fast].map((follower) => follower.until(end)));
  expect([slow.told.get('lagged'), fast.told.has('lagged'), slow.seen.length > before]).toEqual([1, false, true]);
  const truth = await readTruth(database.pool());
  expect(truth.facts).toHaveLength(7 * sent);
  expect([slow, fast].flatMap((follower) => faultsOf(follower, truth))).toEqual([]);
});
