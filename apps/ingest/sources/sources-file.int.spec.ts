import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makePostgresLog, setupPostgresLog, type EventLog, type LogRecord } from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { fromRawRecord, parseReceipt, TOPICS } from '@mps-ledger/records';
import { eventually } from '@mps-ledger/spec-kit';
import { DOUBLE_SECRET, startCmqDouble, testDatabase, type CmqDouble, type TestDatabase } from '@mps-ledger/testing';
import { startIngest, type Ingest } from '../start';
import { NOTIFICATION, SPEC_LAYOUT } from '../testing/callback-listener';
import { recordsOf } from '../testing/records-of';

jest.setTimeout(60_000);

let database: TestDatabase;
let log: EventLog;
let double: CmqDouble;
let ingest: Ingest;
let folder: string;

const file = (): string => join(folder, 'sources.yaml');
const queueAt = (queue: string): string =>
  `- { id: ${queue}, kind: cmq-queue, account: queues, endpoint: "${double.url}", queue: ${queue}, secret_id: ${DOUBLE_SECRET.id}, secret_key_file: key }\n`;
const HTTP = `sources:
- { id: open, kind: callback, path: open, account: acme }
- { id: topic, kind: cmq-topic, path: topic }
- { id: closed, kind: callback, path: closed, networks: [10.0.0.0/8] }
`;

beforeAll(async () => {
  const prepare = async (url: string) => {
    await setupPostgresLog({ url, layout: SPEC_LAYOUT });
  };
  database = await testDatabase({ template: { name: 'ingest_log', prepare } });
  log = makePostgresLog({ url: database.url });
  double = await startCmqDouble({ queues: ['first', 'second'] });
  folder = mkdtempSync(join(tmpdir(), 'sources-'));
  writeFileSync(join(folder, 'key'), `${DOUBLE_SECRET.key}\n`);
  writeFileSync(file(), HTTP + queueAt('first'));
  ingest = await startIngest({
    config: {
      ...{ CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0, SOURCES_FILE: file() },
      ...{ MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_KEY: undefined, MPS_NOTIFY_EXPIRED: 'accept' },
    },
    identity: await log.identity(),
    ...{ log, logger: silentLogger(), metrics: makeMetrics({ processMetrics: false }), health: makeHealth() },
  });
});
afterAll(async () => {
  await ingest.close();
  await double.close();
  await log.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(new URL(`/notify/${path}`, ingest.callbackUrl), { method: 'POST', body, headers });

async function rawOf(receipt: string): Promise<LogRecord> {
  const place = parseReceipt(receipt);
  const records = await recordsOf(log, TOPICS.raw);
  return records.find(({ partition, offset }) => partition === place?.partition && offset === place.offset)!;
}

describe('the sources of a file', () => {
  it('are called at their paths, each with its account; the variables have no say', async () => {
    expect(ingest.callbackUrl).toMatch(/\/notify\/open$/);
    const { receipt } = (await (await post('open', NOTIFICATION)).json()) as { receipt: string };
    expect(fromRawRecord(await rawOf(receipt))).toMatchObject({
      account: 'acme',
      source: 'open',
      transport: 'callback',
    });
    expect((await post('mps', NOTIFICATION)).status).toBe(404);
  });

  it('take what a topic pushes, in either format, with its id', async () => {
    const pushed = JSON.stringify({
      TopicOwner: 1,
      topicName: 't',
      msgId: '7',
      msgBody: NOTIFICATION,
      publishTime: '1',
    });
    for (const body of [pushed, NOTIFICATION]) {
      const answer = await post('topic', body, { 'content-type': 'text/plain', 'x-cmq-message-id': '4711' });
      expect(answer.status).toBe(200);
      expect(fromRawRecord(await rawOf(answer.headers.get('ledger-receipt') ?? ''))).toMatchObject({
        ...{ source: 'topic', transport: 'cmq-topic', trust: 'callback-unsigned', taskId: 'T-1' },
        ...{ bytes: Buffer.from(body), transportIds: { 'cmq-msgid': '4711' } },
      });
    }
  });

  it('refuse callers of other networks', async () => {
    const answer = await post('closed', NOTIFICATION);
    expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: 'network-refused' })]);
  });

  it('are read again at SIGHUP, and not where the file is wrong', async () => {
    await eventually(() => double.stats('first').polls > 0);
    writeFileSync(file(), `${HTTP}- { id: second }\n`);
    process.emit('SIGHUP');
    double.send('first', [NOTIFICATION]);
    await eventually(() => double.stats('first').deleted === 1);
    writeFileSync(file(), HTTP.replace('path: open', 'path: moved') + queueAt('first') + queueAt('second'));
    process.emit('SIGHUP');
    double.send('second', [NOTIFICATION]);
    await eventually(() => double.stats('second').deleted === 1);
    expect([(await post('open', NOTIFICATION)).status, (await post('moved', NOTIFICATION)).status]).toEqual([404, 200]);
    const queued = (await recordsOf(log, TOPICS.raw))
      .map((record) => fromRawRecord(record))
      .filter(({ transport }) => transport === 'cmq-queue');
    expect(queued).toMatchObject(['first', 'second'].map((source) => ({ source, account: 'queues', trust: 'queue' })));
  });
});
