import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { makePostgresLog, setupPostgresLog, type EventLog } from '@mps-ledger/event-log';
import { taskIdIn } from '@mps-ledger/mps';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import type { TaskEvent } from '@mps-ledger/tasks';
import {
  fromEventRecord,
  fromRawRecord,
  fromRejectedRecord,
  parseReceipt,
  summaryOfRecord,
  TOPICS,
} from '@mps-ledger/records';
import type { Ingest } from '../start';
import {
  headOf,
  NOTIFICATION,
  socketTo,
  SPEC_LAYOUT,
  startListener,
  type SpecListenerOptions,
} from '../testing/callback-listener';
import { recordsOf } from '../testing/records-of';

jest.setTimeout(60_000);

let database: TestDatabase;
let log: EventLog;

beforeAll(async () => {
  const prepare = async (url: string) => {
    await setupPostgresLog({ url, layout: SPEC_LAYOUT });
  };
  database = await testDatabase({ template: { name: 'ingest_log', prepare } });
  log = makePostgresLog({ url: database.url });
});
afterAll(async () => {
  await log.close();
  await database.close();
});

const running: Ingest[] = [];
afterEach(() => Promise.all(running.splice(0).map((ingest) => ingest.close())));

async function started(options: Partial<SpecListenerOptions> = {}) {
  const listener = await startListener({ log, ...options });
  running.push(listener.ingest);
  return listener;
}

async function rejectedAs(notificationId: unknown) {
  const records = await recordsOf(log, TOPICS.rejected);
  return fromRejectedRecord(records.find(({ key }) => key?.toString() === notificationId)!);
}

describe('a callback', () => {
  it('is answered with the receipt of its raw record, which holds its exact bytes', async () => {
    const { post } = await started();
    const body = `\n${NOTIFICATION} `;
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await post(body, { traceparent, 'content-type': 'text/plain; charset=utf-8' });
    expect(response.status).toBe(200);
    const receipt = response.headers.get('ledger-receipt') ?? '';
    expect(await response.json()).toEqual({ code: 0, receipt });
    const place = parseReceipt(receipt);
    expect(place).toMatchObject(await log.identity().then(({ logId, logGeneration }) => ({ logId, logGeneration })));
    const records = await recordsOf(log, TOPICS.raw);
    const record = records.find(({ partition, offset }) => partition === place?.partition && offset === place.offset);
    expect(fromRawRecord(record!)).toMatchObject({
      ...{
        bytes: Buffer.from(body),
        trust: 'callback-unsigned',
        transport: 'callback',
        source: 'default',
        traceparent,
      },
      ...{ contentType: 'text/plain; charset=utf-8', sha256: createHash('sha256').update(body).digest('hex') },
    });
  });

  it('that a CMQ topic pushes is in the partition of its task, its record names the task, and what it wraps is derived', async () => {
    const { post } = await started();
    const pushed = { TopicOwner: 1, topicName: 'mps', msgId: '7', msgBody: NOTIFICATION, publishTime: '1' };
    const receipts = [];
    for (const body of [NOTIFICATION, JSON.stringify(pushed)])
      receipts.push(parseReceipt((await post(body)).headers.get('ledger-receipt') ?? ''));
    expect(receipts[1]).toEqual({ ...receipts[0], offset: expect.any(Number), check: expect.any(String) });
    const { partition, offset } = receipts[1]!;
    const raw = (await recordsOf(log, TOPICS.raw)).find((one) => one.partition === partition && one.offset === offset);
    expect(fromRawRecord(raw!)).toMatchObject({
      taskId: taskIdIn(Buffer.from(NOTIFICATION)),
      bytes: Buffer.from(JSON.stringify(pushed)),
    });
    const isReceivedOf = ({ type, hearing }: TaskEvent) =>
      type === 'notification.received' && hearing.rawOffset === offset;
    let received: TaskEvent | undefined;
    await eventually(async () => {
      const records = (await recordsOf(log, TOPICS.events)).filter((one) => one.partition === partition);
      const events = records.map(fromEventRecord).flatMap((decoded) => (decoded.ok ? [decoded.event] : []));
      received = events.find(isReceivedOf);
      return received !== undefined;
    });
    expect(received?.data).toMatchObject({ events: 1, task_id: 'T-1' });
    expect(received?.data).not.toHaveProperty('reason');
  });

  it.each(['application/json; charset', '/', 'text/xml', 'multipart/form-data', '', ';;', 'a\tb'])(
    'may have the content type %j',
    async (type) => {
      const { post } = await started();
      expect((await post(NOTIFICATION, { 'content-type': type })).status).toBe(200);
    },
  );

  it('needs no content type, and may come in chunks and after a 100-continue', async () => {
    const { url } = await started();
    const bare = socketTo(url);
    bare.send(`${headOf(NOTIFICATION.length)}${NOTIFICATION}`);
    await eventually(() => bare.answer().includes('"code":0'));
    bare.send('POST /notify/mps HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    bare.send(`5\r\n${NOTIFICATION.slice(0, 5)}\r\n`);
    bare.send(`${(NOTIFICATION.length - 5).toString(16)}\r\n${NOTIFICATION.slice(5)}\r\n0\r\n\r\n`);
    await eventually(() => bare.answer().split('"code":0').length === 3);
    bare.send(headOf(NOTIFICATION.length, 'Expect: 100-continue\r\n'));
    await eventually(() => bare.answer().includes('HTTP/1.1 100 Continue'));
    bare.send(NOTIFICATION);
    await eventually(() => bare.answer().split('"code":0').length === 4);
    bare.socket.destroy();
  });

  it('may be pipelined behind others on one connection: each is answered, in order', async () => {
    const { url } = await started();
    const { send, answer, socket } = socketTo(url);
    send(`${headOf(NOTIFICATION.length)}${NOTIFICATION}`.repeat(20) + `${headOf(4)}junk`);
    await eventually(() => answer().includes('"code":"not-json"'));
    expect(answer().match(/HTTP\/1\.1 200/g)).toHaveLength(20);
    expect(answer().indexOf('HTTP/1.1 400')).toBeGreaterThan(answer().lastIndexOf('HTTP/1.1 200'));
    socket.destroy();
  });

  it('may have 6 MiB, byte for byte, also where the longest TaskId is in it', async () => {
    const { post } = await started();
    const body = JSON.stringify({ TaskId: '漢'.repeat(131_072), fill: '' });
    const exact = body.replace('""', `"${'x'.repeat(6 * 1024 * 1024 - Buffer.byteLength(body))}"`);
    expect(Buffer.byteLength(exact)).toBe(6 * 1024 * 1024);
    expect((await post(exact)).status).toBe(200);
    const records = await recordsOf(log, TOPICS.raw);
    expect(records.some(({ value }) => value?.equals(Buffer.from(exact)))).toBe(true);
  });

  it('yields its events, which end with notification.received, once each', async () => {
    const { post } = await started();
    const body = NOTIFICATION.replace('T-1', 'derived');
    const receipt = parseReceipt((await post(body)).headers.get('ledger-receipt') ?? '');
    const types = await eventually(async () => {
      const events = await recordsOf(log, TOPICS.events);
      const own = events.filter(({ key }) => key?.toString() === 'derived');
      expect(own.map(({ partition }) => partition)).toEqual(own.map(() => receipt?.partition));
      return own.length === 2 && own.map((record) => summaryOfRecord(record).type);
    });
    expect(types).toEqual(['mps.task.finished', 'mps.notification.received']);
  });
});

describe('a body that is no notification', () => {
  it.each([
    ['not-json', '{"a"'],
    ['not-json', ''],
    ['not-an-object', '[]'],
    ['not-utf8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('is refused for good as %s, and is found as rejected', async (code, body) => {
    const { post } = await started();
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ status: 400, code, request_id: response.headers.get('x-request-id') });
    const bytes = Buffer.from(body as string);
    expect(await rejectedAs(problem['notification_id'])).toMatchObject({
      ...{ reason: code, size: bytes.length, digest: createHash('sha256').update(bytes).digest('hex') },
    });
  });

  it('is refused as too large, with the digest of all of it and its task', async () => {
    const { post } = await started();
    const body = `{"TaskId":"huge","x":"${'y'.repeat(7 * 1024 * 1024)}"}`;
    const response = await post(body);
    expect(response.status).toBe(413);
    const { notification_id } = (await response.json()) as Record<string, unknown>;
    expect(await rejectedAs(notification_id)).toMatchObject({
      ...{ reason: 'body-too-large', size: body.length, truncated: false, taskId: 'huge' },
      digest: createHash('sha256').update(body).digest('hex'),
    });
  });

  it('is refused as too large without being looked at to its end, and the sender gets to see the answer', async () => {
    const { post } = await started();
    const body = Buffer.alloc(40 * 1024 * 1024, 0x20);
    const response = await post(body);
    expect(response.status).toBe(413);
    const { notification_id } = (await response.json()) as Record<string, unknown>;
    expect(await rejectedAs(notification_id)).toMatchObject({ size: 16 * 1024 * 1024, truncated: true });
  });

  it.each(['gzip', 'deflate', 'br', 'gzip, gzip'])(
    'is refused as encoded by %s, and nobody unpacks it',
    async (coding) => {
      const { post } = await started();
      const response = await post(gzipSync(NOTIFICATION), { 'content-encoding': coding });
      expect(response.status).toBe(415);
      expect(response.headers.get('accept-encoding')).toBe('identity');
      expect((await post(NOTIFICATION, { 'content-encoding': 'identity' })).status).toBe(200);
    },
  );
});

describe('a source without keys', () => {
  const page: readonly Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://127.0.0.1:8081' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': '' },
    { 'sec-fetch-site': 'NONE, none' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'none' },
  ];

  /** `fetch` would leave out what only browsers may say. */
  async function said(url: string, headers: Record<string, string>, body = NOTIFICATION) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const { send, answer, closed } = socketTo(url);
    send(headOf(Buffer.byteLength(body), `${lines.join('')}Connection: close\r\n`) + body);
    await eventually(closed);
    const [head = '', text = ''] = answer().split('\r\n\r\n');
    return { status: Number(head.split(' ')[1]), body: JSON.parse(text) as { code: unknown } };
  }

  it('takes nothing that a web page made a browser send, and keeps no note of it', async () => {
    const { url } = await started();
    const before = [await log.endPositions(TOPICS.raw), await log.endPositions(TOPICS.rejected)];
    for (const headers of page) {
      for (const body of [NOTIFICATION, 'junk', ''])
        expect([headers, await said(url, headers, body)]).toEqual([
          headers,
          { status: 403, body: expect.objectContaining({ code: 'web-page-refused' }) as unknown },
        ]);
    }
    expect([await log.endPositions(TOPICS.raw), await log.endPositions(TOPICS.rejected)]).toEqual(before);
    expect(await said(url, { 'sec-fetch-site': 'none' })).toMatchObject({ status: 200 });
    expect(await said(url, {})).toMatchObject({ status: 200 });
  });

  it('says nothing else to a page at a path of no source', async () => {
    const { url } = await started();
    const answer = await fetch(`${url}x`, { method: 'POST', body: '{}', headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(404);
  });

  it('is not what one with keys is: there the Sign decides', async () => {
    const { url } = await started({ keys: ['my-notify-key'] });
    expect(await said(url, page[0] ?? {})).toMatchObject({ status: 401, body: { code: 'signature-missing' } });
  });
});
