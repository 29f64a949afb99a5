import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import type { EventLog, Follower } from '@mps-ledger/event-log';
import { eventually } from '@mps-ledger/spec-kit';
import {
  collect,
  CONTRACT_LAYOUT,
  record,
  startProgram,
  testDatabase,
  type RunningProgram,
  type TestDatabase,
} from '@mps-ledger/testing';

jest.setTimeout(120_000);

const TOPIC = 'contract.first';
const LEASE_MS = 1_500;

let db: TestDatabase;
let log: EventLog;
let programs: RunningProgram[] = [];

beforeEach(async () => {
  db = await testDatabase();
  await setupPostgresLog({ url: db.url, layout: CONTRACT_LAYOUT });
  log = makePostgresLog({ url: db.url, leaseMs: LEASE_MS });
});

afterEach(async () => {
  for (const program of programs) program.signal('SIGKILL');
  await Promise.all(programs.map((program) => program.ended));
  programs = [];
  await log.close();
  await db.close();
});

function startFollower(options: { leaseMs?: number; workMs?: number; exclusive?: boolean } = {}): RunningProgram {
  const args = { url: db.url, group: 'g', topic: TOPIC, leaseMs: LEASE_MS, ...options };
  const program = startProgram('libs/testing/programs/follow-log.js', args);
  programs.push(program);
  return program;
}

const owned = (program: RunningProgram): number[] => {
  const now = new Map<number, unknown>();
  for (const line of program.said()) if ('owned' in line) now.set(Number(line['partition']), line['owned']);
  return [...now].filter(([, isOwned]) => isOwned).map(([partition]) => partition);
};

const ownedByAll = (followers: readonly Follower[]): number[] =>
  [...programs.flatMap(owned), ...followers.flatMap((follower) => follower.owned())].sort((a, b) => a - b);

describe('partitions', () => {
  it('are shared fairly by three, again when one leaves, and again when it comes back', async () => {
    const one = startFollower();
    await eventually(() => owned(one).length === 4);
    const two = collect(log, { group: 'g', topic: TOPIC }).follower;
    const three = collect(log, { group: 'g', topic: TOPIC }).follower;
    const shares = (): number[] => [owned(one).length, two.owned().length, three.owned().length].sort();
    await eventually(() => {
      expect(shares()).toEqual([1, 1, 2]);
      expect(ownedByAll([two, three])).toEqual([0, 1, 2, 3]);
      return true;
    });
    await two.stop();
    await eventually(() => {
      expect(shares()).toEqual([0, 2, 2]);
      expect(ownedByAll([three])).toEqual([0, 1, 2, 3]);
      return true;
    });
  });

  it('of a process that was killed are another’s once they expired', async () => {
    const victim = startFollower();
    await eventually(() => owned(victim).length === 4);
    const { delivered, follower } = collect(log, { group: 'g', topic: TOPIC });
    await eventually(() => follower.owned().length === 2);
    victim.signal('SIGKILL');
    await victim.ended;
    await eventually(() => follower.owned().length === 4, { timeoutMs: 10 * LEASE_MS });
    const { offsets } = await log.append(TOPIC, 3, [record('for the heir')]);
    await eventually(() => delivered.get(3, offsets[0]));
  });

  it('of a process that left in order are another’s at once', async () => {
    const first = startFollower({ leaseMs: 600_000 });
    await eventually(() => owned(first).length === 4);
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    const heir = startFollower({ leaseMs: 600_000 });
    await eventually(() => owned(heir).length === 4);
  });

  it('of a predecessor that was killed are at once those of a process that has the database to itself', async () => {
    const victim = startFollower({ leaseMs: 600_000 });
    await eventually(() => owned(victim).length === 4);
    victim.signal('SIGKILL');
    await victim.ended;
    const heir = startFollower({ leaseMs: 600_000, exclusive: true });
    await eventually(() => owned(heir).length === 4);
  });

  it('of an owner whose clock went ahead by an hour before it died are not waited for so long', async () => {
    const victim = startFollower();
    await eventually(() => owned(victim).length === 4);
    victim.signal('SIGKILL');
    await victim.ended;
    for (const [table, column] of [
      ['claim', 'renewed'],
      ['member', 'heartbeat'],
    ]) {
      await db.pool().query(`UPDATE ledger_log.${table} SET ${column} = clock_timestamp() + interval '1 hour'`);
    }
    const { follower } = collect(log, { group: 'g', topic: TOPIC });
    await eventually(() => follower.owned().length === 4);
  });
});

describe('a paused owner', () => {
  it('is reported when it comes back, and its work is not committed over its successor’s progress', async () => {
    await log.append(TOPIC, 0, [record('worked on when paused')]);
    const zombie = startFollower({ workMs: 5_000 });
    await eventually(() => zombie.said().find((line) => line['batch'] === true && line['partition'] === 0));
    zombie.signal('SIGSTOP');
    const { delivered, follower } = collect(log, { group: 'g', topic: TOPIC });
    await eventually(() => follower.owned().length === 4);
    const { offsets } = await log.append(TOPIC, 0, [record('meanwhile')]);
    await eventually(() => delivered.get(0, offsets[0]));
    const end = offsets[0]! + 1;
    await eventually(async () => (await log.progress('g', TOPIC))[0] === end);
    zombie.signal('SIGCONT');
    const isZombies = (line: object): boolean => 'done' in line && 'partition' in line && line.partition === 0;
    const done = await eventually(() => zombie.said().find(isZombies));
    expect(done).toMatchObject({ aborted: true, from: 0, to: 2 });
    // It takes part again; by then it has done with the old batch for certain.
    await eventually(() => owned(zombie).length === 2 && follower.owned().length === 2);
    expect((await log.progress('g', TOPIC))[0]).toBe(end);
    expect(zombie.said().filter((line) => 'failure' in line)).toEqual([]);
  });

  it('commits nothing even where no other owner succeeded it, and begins again', async () => {
    const zombie = startFollower({ workMs: 3_000 });
    await eventually(() => zombie.said().filter((line) => line['batch'] === true).length === 4);
    zombie.signal('SIGSTOP');
    const silentFor = async (): Promise<number> => {
      const { rows } = await db
        .pool({ max: 1 })
        .query('SELECT extract(epoch FROM clock_timestamp() - max(renewed)) * 1000 AS ms FROM ledger_log.claim');
      return Number(rows[0].ms);
    };
    await eventually(async () => (await silentFor()) > LEASE_MS + 500);
    const before = zombie.said().length;
    zombie.signal('SIGCONT');
    await eventually(() => zombie.said().filter((line) => line['done'] === true).length >= 4);
    const after = zombie.said().slice(before);
    expect(after.filter((line) => 'aborted' in line && !('done' in line))).toHaveLength(4);
    // Each partition's first batch was done twice, as the first time did not count.
    await eventually(async () => (await log.progress('g', TOPIC)).every((position) => position === 1));
    const batches = zombie.said().filter((line) => 'batch' in line && line['partition'] === 0);
    expect(batches.map((line) => line['from'])).toEqual([0, 0]);
  });
});
