import { silent } from '../port/logger';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { Wakeup, type HintListener } from './wakeup';

jest.setTimeout(60_000);

let db: TestDatabase;
const opened: Wakeup[] = [];

beforeAll(async () => {
  db = await testDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((wakeup) => wakeup.close()));
});
afterAll(() => db.close());

/** One process's end of the wake-ups, with what it heard. */
async function open(prefix = '', applicationName = 'wakeup') {
  const options = { url: db.url, applicationName, statementTimeoutMs: 5_000, connectTimeoutMs: 5_000, logger: silent };
  const wakeup = new Wakeup(options, prefix);
  opened.push(wakeup);
  const heard: Parameters<HintListener>[0][] = [];
  wakeup.listen((hint) => heard.push(hint));
  await eventually(() => heard.includes('anything'));
  return { wakeup, heard };
}

describe('wake-ups', () => {
  it('reach this process at once and the others soon, those of another log not', async () => {
    const [one, two, stranger] = [await open('a.'), await open('a.'), await open('b.')];
    one.wakeup.appended('t', 3, 17);
    expect(one.heard.at(-1)).toEqual({ ends: [['t', 3, 17]], groups: [] });
    await eventually(() => two.heard.length === 2);
    expect(two.heard[1]).toMatchObject({ ends: [['t', 3, 17]], groups: [] });
    two.wakeup.membershipChanged('g');
    await eventually(
      () => one.heard.at(-1) !== 'anything' && JSON.stringify(one.heard.at(-1)).includes('"groups":["g"]'),
    );
    // Its own notifications do not come back to it.
    expect(one.heard).toHaveLength(3);
    expect(stranger.heard).toEqual(['anything']);
  });

  it('gather while one is under way: thousands of appends cost few notifications, the last one included', async () => {
    const [one, two] = [await open(), await open()];
    for (let end = 1; end <= 5_000; end += 1) one.wakeup.appended('t', end % 12, end);
    await eventually(() => JSON.stringify(two.heard).includes('5000'));
    expect(two.heard.length).toBeLessThan(50);
  });

  it('continue automatically after the connection was closed, and those that were missed are announced', async () => {
    const [one, two] = [await open('', 'sender'), await open('', 'listener')];
    const pool = db.pool();
    for (const name of ['sender', 'listener']) {
      await pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name]);
    }
    await eventually(() => two.heard.filter((hint) => hint === 'anything').length === 2);
    await eventually(() => one.heard.filter((hint) => hint === 'anything').length === 2);
    one.wakeup.appended('t', 0, 1);
    await eventually(() => two.heard.at(-1) !== 'anything');
  });
});
