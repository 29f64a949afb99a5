import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { taskIdIn } from '@mps-ledger/mps';
import { eventually } from '@mps-ledger/spec-kit';
import {
  DOUBLE_SECRET,
  freePorts,
  RecordingHandler,
  startCmqDouble,
  testDatabase,
  type CmqDouble,
  type TestDatabase,
} from '@mps-ledger/testing';
import { examine, findingsIn, setUp, startLedger, type SpecEnvironment } from '../testing/spec-ledger';

jest.setTimeout(120_000);

const NOTIFICATION = '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"T-1","Status":"FINISH"}}';
const KEY = 'spec-notify-key';

let db: TestDatabase;
let env: SpecEnvironment;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  db = await testDatabase();
  const [callbacks, health, api] = await freePorts(3);
  env = {
    ...{ DATABASE_URL: db.url, EVENT_LOG: 'postgres', LEDGER_PARTITIONS: '3' },
    ...{ CALLBACK_PORT: `${callbacks}`, HEALTH_PORT: `${health}`, API_PORT: `${api}` },
  };
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await db.close();
});

describe('the doctor, of a queue of CMQ,', () => {
  let double: CmqDouble;
  beforeEach(async () => {
    await setUp(env);
    double = await startCmqDouble({ queues: ['events', { name: 'slow', visibilityTimeoutSeconds: 600 }] });
    closing.push(() => double.close());
    env = {
      ...{ ...env, CMQ_ENDPOINT: double.url, CMQ_QUEUE: 'events' },
      ...{ CMQ_SECRET_ID: DOUBLE_SECRET.id, CMQ_SECRET_KEY: DOUBLE_SECRET.key },
    };
  });
  const items = async (more: SpecEnvironment = {}) => {
    const report = await examine({ ...env, ...more });
    expect(JSON.stringify(report)).not.toContain(DOUBLE_SECRET.key);
    return report['source cmq'];
  };

  it('finds nothing wrong, receives without a delete, and leaves the message there', async () => {
    expect(await items()).toEqual([
      { status: 'ok', what: expect.stringMatching(/queue events can be received from: no message is there/) },
      expect.objectContaining({ status: 'warning', what: 'nothing was ever received' }),
    ]);
    double.send('events', [NOTIFICATION]);
    expect((await items())![0]!.what).toMatch(/one message was received, and left in the queue/);
    expect(double.stats('events')).toMatchObject({ delivered: 1, deleted: 0, visible: 0, invisible: 1 });
    double.advance(31_000);
    expect(double.stats('events')).toMatchObject({ visible: 1 });
  });

  it('receives nothing where that would hide a message for long', async () => {
    double.send('slow', [NOTIFICATION]);
    expect((await items({ CMQ_QUEUE: 'slow' }))![0]).toEqual({
      status: 'not-checked',
      what: expect.stringMatching(/was not tried: a message would be hidden for 600 s, and 1 are there/),
    });
    expect(double.stats('slow')).toMatchObject({ delivered: 0, visible: 1 });
  });

  it.each([
    ['a wrong key', { CMQ_SECRET_KEY: 'another' }, /answered 4100.*\| .*The key is not accepted: check SecretId/],
    ['no such queue', { CMQ_QUEUE: 'none' }, /answered 4440.*\| .*There is no such queue: create it/],
    ['nobody there', { CMQ_ENDPOINT: 'http://127.0.0.1:1' }, /connection failed.*\| see whether this machine reaches/],
  ])('finds %s, with what to do', async (_, more, says) => {
    const findings = findingsIn({ 'source cmq': (await items(more))! });
    expect(findings).toEqual([expect.stringMatching(says)]);
  });

  it('finds what stands before a queue, and messages that nobody receives', async () => {
    double.fault({ kind: 'html', action: 'GetQueueAttributes' });
    expect(findingsIn({ 'source cmq': (await items())! })).toEqual([
      expect.stringMatching(/no queue.*Check the endpoint, its path, and proxies/),
    ]);
    const minMsgTime = Math.floor(Date.now() / 1_000) - 2_400;
    const body = JSON.stringify({ code: 0, activeMsgNum: 7, inactiveMsgNum: 2, visibilityTimeout: 600, minMsgTime });
    double.fault({ kind: 'answer', body, action: 'GetQueueAttributes' });
    expect(findingsIn({ 'source cmq': (await items())! })).toEqual([
      expect.stringMatching(
        /7 messages wait to be received, one of them for 40\.\d min; the queue forgets messages 1\.0 h after.*see whether ingest runs/,
      ),
    ]);
  });

  it('looks at it also where the variables of callbacks are wrong', async () => {
    const report = await examine({ ...env, CMQ_QUEUE: 'none', MPS_NOTIFY_PATH: 'a/b' });
    expect(Object.keys(report).filter((name) => name.startsWith('source'))).toEqual(['source cmq']);
    expect(findingsIn(report).join('\n')).toMatch(/^source cmq: .*answered 4440/m);
  });

  it('finds that one of its four settings is missing', async () => {
    const findings = findingsIn(await examine({ ...env, CMQ_SECRET_KEY: '' }));
    expect(findings[0]).toMatch(
      /^configuration: CMQ_SECRET_KEY is missing.*A queue demands all four.*\| CMQ_SECRET_KEY \| correct CMQ_SECRET_KEY/,
    );
  });
});

describe('the doctor, of sources in a file,', () => {
  it('looks at each of them, by the kind that it is of; a wrong file is a finding with its line', async () => {
    await setUp(env);
    const folder = mkdtempSync(join(tmpdir(), 'doctor-sources-'));
    closing.push(() => rm(folder, { recursive: true }));
    const file = join(folder, 'sources.yaml');
    const given = { ...env, SOURCES_FILE: file };
    writeFileSync(
      file,
      'sources:\n  - { id: calls, kind: callback, path: mps }\n  - { id: topic, kind: cmq-topic, path: pushed }\n',
    );
    const report = await examine(given);
    expect(Object.keys(report).filter((name) => name.startsWith('source'))).toEqual(['source calls', 'source topic']);
    expect(findingsIn(report)).toEqual([
      expect.stringMatching(/^source calls: no listener for callbacks answers.*notify\/mps/),
      expect.stringMatching(/^source topic: no listener for callbacks answers.*notify\/pushed/),
    ]);
    const others = await examine({ ...given, CALLBACK_PORT: 'none', MPS_NOTIFY_EXPIRED: 'perhaps' });
    expect(Object.keys(others).filter((name) => name.startsWith('source'))).toEqual(['source calls', 'source topic']);
    expect(findingsIn(others).join('\n')).toMatch(/^configuration: CALLBACK_PORT = "none" is not right/m);
    writeFileSync(file, 'sources:\n  - { id: calls, kind: callbak, path: mps }\n');
    expect(findingsIn(await examine(given))).toEqual([
      expect.stringMatching(/^configuration: SOURCES_FILE .*sources\.yaml:2:.*\| SOURCES_FILE \|/),
    ]);
  });
});

describe('the doctor, of a source that forwards,', () => {
  it('finds that the handler is away, and that what was received waits for it', async () => {
    await setUp(env);
    const folder = mkdtempSync(join(tmpdir(), 'doctor-forward-'));
    closing.push(() => rm(folder, { recursive: true }));
    const handler = await new RecordingHandler().start();
    closing.push(() => handler.stop());
    const file = join(folder, 'sources.yaml');
    writeFileSync(file, `sources: [{ id: a, kind: callback, path: mps, forward_to: '${handler.url}' }]`);
    const given = { ...env, SOURCES_FILE: file };
    expect((await examine(given))['source a']).toEqual(
      expect.arrayContaining([
        { status: 'ok', what: expect.stringMatching(/connected to at http:\/\/127.0.0.1:\d+; no request was sent/) },
        expect.objectContaining({ status: 'warning', what: 'forwarding has not begun in 3 partitions' }),
      ]),
    );
    expect(handler.got).toEqual([]);
    const ledger = await startLedger(given);
    closing.push(() => ledger.close());
    expect(await ledger.post(NOTIFICATION)).toBe(200);
    const isForwarded = async () =>
      JSON.stringify((await examine({ ...ledger.env, SOURCES_FILE: file }))['source a']).includes(
        'what was received is forwarded',
      );
    await eventually(isForwarded, { timeoutMs: 60_000 });
    expect(handler.texts()).toEqual([NOTIFICATION]);
    await handler.stop();
    expect(findingsIn(await examine({ ...ledger.env, SOURCES_FILE: file }))).toEqual([
      expect.stringMatching(
        /^source a: the handler of forward_to cannot be connected to \(ECONNREFUSED\) \| http:\/\/127\.0\.0\.1:\d+ \| start the handler/,
      ),
    ]);
  });
});

describe('the doctor finds, of the callbacks,', () => {
  it('that nothing takes them, or something else does, or at another path', async () => {
    await setUp(env);
    const sources = async (given: SpecEnvironment) =>
      findingsIn(await examine(given))
        .filter((one) => one.startsWith('source default'))
        .join('\n');
    expect(await sources(env)).toMatch(
      /no listener for callbacks answers \(ECONNREFUSED\).*notify\/mps \| start ingest, or correct CALLBACK_HOST/,
    );
    const ledger = await startLedger(env);
    closing.push(() => ledger.close());
    expect(await sources({ ...ledger.env, MPS_NOTIFY_PATH: 'another' })).toMatch(
      /does not serve this path: it answered 404.*MPS_NOTIFY_PATH/,
    );
  });

  it('that ingest’s clock is another, by the Date of its answer', async () => {
    await setUp(env);
    const date = new Date(Date.now() - 60_000).toUTCString();
    const server = createServer((_, answer) => void answer.writeHead(405, { date }).end()).listen(
      Number(env['CALLBACK_PORT']),
      '127.0.0.1',
    );
    await once(server, 'listening');
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    expect(findingsIn(await examine(env)).join()).toMatch(
      /the clock of ingest is (59|6\d)\.\d s behind the one of this machine \| http:.* \| let NTP/,
    );
  });

  it('that no Sign was right: the key is not the one of the tasks', async () => {
    await setUp(env);
    const ledger = await startLedger({ ...env, MPS_NOTIFY_KEY: KEY });
    closing.push(() => ledger.close());
    const unsigned = JSON.stringify({ ...(JSON.parse(NOTIFICATION) as object), Timestamp: 1, Sign: 'a'.repeat(32) });
    expect(taskIdIn(Buffer.from(unsigned))).toBe('T-1');
    for (const body of [unsigned, unsigned, NOTIFICATION]) expect(await ledger.post(body)).toBe(401);
    const [says] = findingsIn(await examine(ledger.env));
    expect(says).toMatch(
      /^source default: callbacks were refused since ingest started: 2 with a Sign of another key, 1 without one; none had a valid one within a day \| MPS_NOTIFY_KEY \| set MPS_NOTIFY_KEY \(or keys_file of the source\) to the NotifyKey/,
    );
    expect(says).not.toContain(KEY);
  });
});
