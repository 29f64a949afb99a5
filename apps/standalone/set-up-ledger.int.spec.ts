import { once } from 'node:events';
import { createServer } from 'node:net';
import { makePostgresLog } from '@mps-ledger/event-log';
import { readConfiguration, silentLogger, StartFailure } from '@mps-ledger/platform';
import {
  knownSchema,
  projectionSchema,
  readModelIn,
  readProjectedLog,
  writeCompleteAsOf,
} from '@mps-ledger/read-model';
import { eventually } from '@mps-ledger/spec-kit';
import { startTcpProxy, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { TOPICS } from '@mps-ledger/records';
import { setUpLedger, type SetUpOptions } from './set-up-ledger';
import { setupSettings } from './setup.config';

jest.setTimeout(60_000);

let db: TestDatabase;
beforeEach(async () => (db = await testDatabase()));
afterEach(() => db.close());

function setUp({ partitions = 3, ...options }: Partial<SetUpOptions> & { partitions?: number } = {}): ReturnType<
  typeof setUpLedger
> {
  const { signal } = new AbortController();
  const given = { DATABASE_URL: db.url, EVENT_LOG: 'postgres', LEDGER_PARTITIONS: `${partitions}` };
  const settings = readConfiguration(setupSettings, given, { app: 'spec' });
  return setUpLedger({ settings, url: db.url, logger: silentLogger(), signal, ...options });
}

describe('setup', () => {
  it('makes the log and the read model, which knows its log', async () => {
    const identity = await setUp();
    expect(identity).toMatchObject({ logGeneration: 1, eventGeneration: 1, partitions: 3 });
    const log = makePostgresLog({ url: db.url });
    expect(await log.identity()).toEqual(identity);
    await log.close();
    expect(await knownSchema(readModelIn(projectionSchema, db.pool()))).toBeNull();
    expect(await readProjectedLog(readModelIn(projectionSchema, db.pool()))).toEqual(identity);
  });

  it('finds everything done when it is repeated, or runs several times at once', async () => {
    const identities = await Promise.all([setUp(), setUp(), setUp()]);
    identities.push(await setUp());
    expect(new Set(identities.map(({ logId }) => logId)).size).toBe(1);
  });

  it('refuses another number of partitions, naming the setting', async () => {
    await setUp();
    const refused = setUp({ partitions: 4 });
    await expect(refused).rejects.toThrow(StartFailure);
    await expect(refused).rejects.toThrow(/3 partitions a topic, not 4[^]*LEDGER_PARTITIONS/);
  });

  it('refuses a read model that belongs to another log', async () => {
    await setUp();
    await db.pool().query("UPDATE ledger_log.log SET log_id = 'zzzzzzzzzzzz'");
    const refused = setUp();
    await expect(refused).rejects.toThrow(StartFailure);
    await expect(refused).rejects.toThrow(/belongs to another event log/);
  });

  it('refuses a raw log that is shorter than it was seen to be, though nothing of it was derived', async () => {
    await setUp();
    const seen = { topic: TOPICS.events, partition: 1, asOf: new Date().toISOString(), end: 6, seenEnd: 6 };
    await writeCompleteAsOf(readModelIn(projectionSchema, db.pool()), [seen]);
    await expect(setUp()).rejects.toThrow(/partition 1 of mps.notifications.v1 ends at 1, and was 6 long/);
  });

  it.each([
    ['log', 'UPDATE ledger_log.schema_version SET version = 1', /the schema ledger_log is of version 1, .* version 2/],
    ['read model', 'DROP TABLE tasks_v1.format', /the schema tasks_v1 is of format 1, .* format 2/],
  ])(
    'refuses a %s of another format, saying what was found, what it reads, and the way out',
    async (_, change, what) => {
      await setUp();
      await db.pool().query(change);
      const refused = setUp();
      await expect(refused).rejects.toThrow(StartFailure);
      await expect(refused).rejects.toThrow(what);
      await expect(refused).rejects.toThrow(
        /DATABASE_URL to a new database, and run setup; notifications that the old one ack/,
      );
      await expect(setUp({ dataDir: '/there' })).rejects.toThrow(/^The data folder \/there .*DATA_DIR to a new folder/);
    },
  );

  it('reports a database that rejects it, without its password', async () => {
    const url = new URL(db.url);
    url.username = 'nobody_known';
    url.password = 'very-secret';
    const refused = setUp({ url: url.href });
    await expect(refused).rejects.toThrow(/rejects this program/);
    await expect(refused).rejects.not.toThrow('very-secret');
  });

  it('waits for a database that is not there yet', async () => {
    const proxy = await startTcpProxy(db.url);
    proxy.set('refuse');
    const warn = jest.fn();
    const logger = Object.assign(silentLogger(), { warn });
    const waiting = setUp({ url: proxy.through(db.url), logger });
    await eventually(() => warn.mock.calls.length > 1);
    proxy.set('open');
    expect(await waiting).toMatchObject({ partitions: 3 });
    await proxy.close();
  });

  it('stops waiting when it is aborted', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as { port: number };
    nobody.close();
    await once(nobody, 'close');
    const stop = new AbortController();
    const waiting = setUp({ url: `postgres://ledger@127.0.0.1:${port}/none`, signal: stop.signal });
    stop.abort();
    await expect(waiting).rejects.toThrow('aborted');
  });
});
