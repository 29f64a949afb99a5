import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdFolder } from './lock';
import { silent } from './logger';
import { pidNamespace, startOf } from './processes';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const hold = (serves = 'the specs') => holdFolder(folder, serves, silent);

function plant(claim: object): void {
  const whole = {
    pid: process.pid,
    started: startOf(process.pid),
    since: '2026-11-22T09:00:00.000Z',
    serves: 'the past',
    host: hostname(),
    pidWorld: pidNamespace(),
    released: false,
    ...claim,
  };
  writeFileSync(join(folder, 'lock.7'), JSON.stringify(whole));
}

describe('the lock of a data folder', () => {
  it('refuses a second holder, naming the first, since when, and what it serves', async () => {
    await hold('API http://127.0.0.1:8080');
    await expect(hold()).rejects.toMatchObject({ code: 'folder-held' });
    await expect(hold()).rejects.toThrow(
      new RegExp(`held by process ${process.pid} since 20.*Z \\(API http://127.0.0.1:8080\\).*DATA_DIR`),
    );
  });

  it('can be held again once it was released', async () => {
    const first = await hold();
    first.release();
    await hold();
    await expect(hold()).rejects.toThrow('held by');
  });

  it('stays with its new holder when a former one releases twice', async () => {
    const first = await hold();
    first.release();
    await hold();
    first.release();
    await expect(hold()).rejects.toThrow('held by');
  });

  it('is not held by a process that has ended', async () => {
    plant({ pid: 2 ** 22 + 1 });
    await hold();
    expect(readdirSync(folder)).toEqual(['lock.8']);
  });

  it('is not held by a later process with the same pid', async () => {
    plant({ started: 'long ago' });
    await hold();
    expect(JSON.parse(readFileSync(join(folder, 'lock.8'), 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('is held by a live process found in it', async () => {
    plant({});
    await expect(hold()).rejects.toThrow('(the past)');
  });

  it('is not held by an unreadable claim', async () => {
    writeFileSync(join(folder, 'lock.3'), '{"pid":');
    await hold();
    expect(readdirSync(folder)).toEqual(['lock.4']);
  });

  it('is held by a process of another container while that renews its claim', async () => {
    plant({ host: 'elsewhere', pid: 2 ** 22 + 1 });
    const again = setInterval(() => plant({ host: 'elsewhere', pid: 2 ** 22 + 1 }), 100);
    await expect(hold()).rejects.toThrow('on elsewhere');
    clearInterval(again);
  });
});
