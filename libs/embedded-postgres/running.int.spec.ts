import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres';
import { findRunningPostgres } from './running';

jest.setTimeout(120_000);

let folder: string;
let postgres: EmbeddedPostgres | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mps-ledger-running-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  await postgres?.stop();
  postgres = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function answerOf(url: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<{ two: number }>('SELECT 1 + 1 AS two')).rows[0]?.two;
  } finally {
    await client.end();
  }
}

describe('the Postgres that runs on a data folder', () => {
  it('is found with all that is needed to connect, and is no one’s once it was stopped', async () => {
    postgres = await startEmbeddedPostgres({ dataDir: folder });
    const found = await findRunningPostgres(folder);
    expect(found).toMatchObject({ port: postgres.port, dataDir: postgres.dataDir, heldBy: process.pid });
    expect(await answerOf(found!.url)).toBe(2);
    await postgres.stop();
    expect(await findRunningPostgres(folder)).toBeNull();
  });

  it('is distinguished from a folder without data, in which nothing is created', async () => {
    await expect(findRunningPostgres(folder)).rejects.toMatchObject({ code: 'nothing-there' });
    await expect(findRunningPostgres(join(folder, 'elsewhere'))).rejects.toMatchObject({ code: 'nothing-there' });
  });
});
