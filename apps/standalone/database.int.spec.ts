import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration, silentLogger, StartFailure } from '@mps-ledger/platform';
import { openDatabase, type StandaloneDatabase } from './database';
import { standaloneSettings } from './standalone.config';

jest.setTimeout(60_000);

let folder: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'standalone-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  rmSync(folder, { recursive: true, force: true });
});

function open(env: Record<string, string>): Promise<StandaloneDatabase> {
  const ports = { API_PORT: '0', CALLBACK_PORT: '0', DATA_DIR: join(folder, 'ledger') };
  const config = readConfiguration(standaloneSettings, { ...ports, ...env }, { app: 'standalone' });
  return openDatabase({ config, logger: silentLogger(), onClose: (_, close) => closing.push(close) });
}

describe('the database', () => {
  it('is an embedded one without other users: it does not wait for claims of a dead process', async () => {
    const database = await open({});
    expect(database.exclusive).toBe(true);
    expect(database.where).toContain(join(folder, 'ledger'));
    expect(database.where).not.toContain(new URL(database.url).password);
  });

  it('is the one given, which others may work in, and is left running', async () => {
    const url = 'postgres://ledger:very-secret@127.0.0.1:5432/ledger';
    const database = await open({ DATABASE_URL: url });
    expect(database).toMatchObject({ url, exclusive: false });
    expect(database.where).not.toContain('very-secret');
    expect(closing).toEqual([]);
  });

  it('is not started, nor its folder filled, when a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const opening = open({ API_PORT: `${port}` });
    await expect(opening).rejects.toThrow(StartFailure);
    await expect(opening).rejects.toThrow(`Port ${port}`);
    other.close();
    await open({});
  });
});
