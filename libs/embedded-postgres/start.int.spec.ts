import { statSync } from 'node:fs';
import { join } from 'node:path';
import { ask, isRoot, kept, makeSandbox, ORDINARY, type Sandbox } from './testing/sandbox';

jest.setTimeout(60_000);

let sandbox: Sandbox;
beforeAll(() => (sandbox = makeSandbox()));
afterAll(() => sandbox.remove());

async function stop(keeper: ReturnType<Sandbox['keep']>): Promise<void> {
  keeper.process.kill('SIGTERM');
  expect(await keeper.ended).toBe(0);
}

describe('an embedded Postgres', () => {
  it('makes its data folder, and finds its data there the next time', async () => {
    const dataDir = join(sandbox.folder, 'new', 'ledger');
    const first = sandbox.keep({ dataDir });
    const { url } = await kept(first);
    await ask(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await stop(first);
    const second = sandbox.keep({ dataDir });
    expect(await ask((await kept(second)).url, 'SELECT n FROM kept')).toBe(7);
    await stop(second);
  });

  it('works in a folder with spaces, quotes, a dollar sign and letters of another script', async () => {
    const dataDir = join(sandbox.folder, `it's "my" $HOME 媒体 folder`);
    const keeper = sandbox.keep({ dataDir });
    const says = await kept(keeper);
    expect(says.dataDir).toBe(dataDir);
    expect(await ask(says.url, 'SHOW data_directory')).toBe(join(dataDir, 'postgres', 'pgdata'));
    await stop(keeper);
  });

  it('keeps data in UTF-8 and sorts it by bytes, and accepts only logins with the password', async () => {
    const keeper = sandbox.keep({ dataDir: join(sandbox.folder, 'settings'), settings: { work_mem: '5MB' } });
    const { url, dataDir } = await kept(keeper);
    expect(await ask(url, 'SHOW fsync')).toBe('on');
    expect(await ask(url, 'SHOW work_mem')).toBe('5MB');
    expect(await ask(url, 'SHOW server_encoding')).toBe('UTF8');
    expect(await ask(url, 'SELECT datcollate FROM pg_database WHERE datname = current_database()')).toBe('C');
    expect(await ask(url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    expect(await ask(url, 'SHOW unix_socket_directories')).toBe('');
    await expect(ask(url.replace(/:[^:@]+@/, ':guess@'), 'SELECT 1')).rejects.toThrow('password authentication failed');
    expect(statSync(join(dataDir, 'postgres', 'password')).mode & 0o777).toBe(0o600);
    await stop(keeper);
  });

  it('is run by nobody when root starts it, and by themselves when an ordinary user does', async () => {
    const keeper = sandbox.keep({ dataDir: join(sandbox.folder, 'owned') });
    const { dataDir } = await kept(keeper);
    const owner = statSync(join(dataDir, 'postgres', 'pgdata')).uid;
    expect(owner).toBe(isRoot ? 65_534 : process.getuid?.());
    await stop(keeper);
  });

  (isRoot ? it : it.skip)('goes on as the owner of the data when root takes over from an ordinary user', async () => {
    const home = join(sandbox.folder, 'home');
    const { chownSync, mkdirSync } = await import('node:fs');
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, ORDINARY.uid, ORDINARY.gid);
    const dataDir = join(home, 'ledger');
    const first = sandbox.keep({ dataDir }, ORDINARY);
    await ask((await kept(first)).url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await stop(first);
    const second = sandbox.keep({ dataDir });
    const { url, dataDir: real } = await kept(second);
    expect(await ask(url, 'SELECT n FROM kept')).toBe(7);
    expect(statSync(join(real, 'postgres', 'pgdata')).uid).toBe(ORDINARY.uid);
    await stop(second);
  });

  it('leaves nothing of a throwaway one', async () => {
    const dataDir = join(sandbox.folder, 'throwaway');
    const keeper = sandbox.keep({ dataDir, throwaway: true });
    await kept(keeper);
    await stop(keeper);
    expect(statSync(join(dataDir, 'postgres'), { throwIfNoEntry: false })).toBeUndefined();
  });
});
