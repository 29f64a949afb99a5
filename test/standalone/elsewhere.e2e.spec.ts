import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { testDatabase } from '@mps-ledger/testing';
import { makeCheckout, makeFolder } from './checkout';
import { outcomeOf, send } from './notifications';
import { endAll, serverOn, startStandalone } from './process';

jest.setTimeout(120_000);

const isRoot = process.getuid?.() === 0;
const folders: string[] = [];

function folder(mode?: number): string {
  const made = makeFolder(mode);
  folders.push(made);
  return made;
}

afterEach(endAll);
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

/** An ordinary user that every system has. */
function ordinaryUser(): { uid: number; gid: number } {
  const [, uid, gid] = /^daemon:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8')) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

/** Whether this checkout is open to a user: by its whole path, as from inside a closed folder all is open. */
function mayEnter(user: { uid: number; gid: number }): boolean {
  return spawnSync('test', ['-r', join(process.cwd(), 'node_modules/pg/package.json')], user).status === 0;
}

describe('with DATABASE_URL', () => {
  it('works on that Postgres, twice in a row, and starts none of its own', async () => {
    const db = await testDatabase();
    const dataDir = join(folder(), 'unused');
    const env = { DATABASE_URL: db.url, DATA_DIR: dataDir };
    const first = startStandalone({ env });
    await send(await first.greeting(), 'elsewhere');
    first.signal('SIGINT');
    expect(await first.ended).toEqual({ code: 0, signal: null });
    const second = startStandalone({ env });
    const greeting = await second.greeting();
    expect(await outcomeOf(greeting, 'elsewhere')).toBe('partially-failed');
    const { password } = new URL(db.url);
    expect(greeting.data).toContain(db.name);
    expect(password === '' || !second.stdout().includes(password)).toBe(true);
    expect(existsSync(dataDir)).toBe(false);
    second.signal('SIGINT');
    await second.ended;
    await db.close();
  });
});

// For everyone else, every spec is one of an ordinary user.
(isRoot ? describe : describe.skip)('an ordinary user', () => {
  it('runs it in a checkout of their own', async () => {
    const user = ordinaryUser();
    const tree = makeCheckout(join(folder(), 'checkout'), { modules: mayEnter(user) ? 'linked' : 'copied' });
    execFileSync('chown', ['-Rh', `${user.uid}:${user.gid}`, tree]);
    const program = startStandalone({ tree, npm: true, as: user });
    const greeting = await program.greeting();
    await send(greeting, 'ordinary');
    expect(await outcomeOf(greeting, 'ordinary')).toBe('partially-failed');
  });
});

(isRoot ? describe : describe.skip)('root, in a checkout that other users cannot enter,', () => {
  it('has its data where the database can work, is told where, and finds it again', async () => {
    const tree = makeCheckout(join(folder(0o700), 'checkout'), { modules: 'own-database' });
    const first = startStandalone({ tree });
    const greeting = await first.greeting();
    const real = readlinkSync(join(tree, '.mps-ledger', 'moved-to'));
    folders.push(real);
    expect(greeting.data).toContain(real);
    expect(first.stderr()).toContain(real);
    await send(greeting, 'closed');
    await outcomeOf(greeting, 'closed');
    first.signal('SIGKILL');
    await first.ended;

    const second = startStandalone({ tree });
    expect(await outcomeOf(await second.greeting(), 'closed')).toBe('partially-failed');
    expect(serverOn(real).pid).toBeGreaterThan(0);
  });
});
