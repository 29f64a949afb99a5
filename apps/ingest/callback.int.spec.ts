import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import {
  LogUnavailable,
  makePostgresLog,
  setupPostgresLog,
  type EventLog,
  type LogIdentity,
  type LogRecord,
} from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger, type HttpLimits } from '@mps-ledger/platform';
import { eventually, testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { fromRawRecord, fromRejectedRecord, parseReceipt, TOPICS } from '@mps-ledger/wire';
import { startIngest, type Ingest } from './start';

jest.setTimeout(60_000);

const LAYOUT = { topics: Object.values(TOPICS), partitions: 3 };
const task = '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"T-1","Status":"FINISH"}}';

let database: TestDatabase;
let log: EventLog;

beforeAll(async () => {
  const prepare = async (url: string) => {
    await setupPostgresLog({ url, layout: LAYOUT });
  };
  database = await testDatabase({ template: { name: 'ingest_log', prepare } });
  log = makePostgresLog({ url: database.url });
});
afterAll(async () => {
  await log.close();
  await database.close();
});

interface StartOptions {
  readonly keys?: string[];
  readonly limits?: Partial<HttpLimits>;
  /** What the program appends to. Default: the log itself. */
  readonly through?: Partial<EventLog>;
}

const running: Ingest[] = [];
afterEach(() => Promise.all(running.splice(0).map((ingest) => ingest.close())));

async function started({ keys, limits, through }: StartOptions = {}) {
  const metrics = makeMetrics({ processMetrics: false });
  const health = makeHealth();
  const ingest = await startIngest({
    config: { CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0, MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_KEY: keys },
    ...{ log: { ...log, ...through }, identity: log.identity(), logger: silentLogger(), metrics, health, limits },
  });
  running.push(ingest);
  await eventually(async () => (await health.report()).status === 'ready');
  const url = ingest.callbackUrl;
  const post = (body: string | Buffer, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body as string)),
      headers: { 'content-type': 'application/json', ...headers },
    });
  return { ingest, url, post, metrics, health };
}

/** Every record of a topic behind the genesis records, in order per partition. */
async function recordsOf(topic: string): Promise<readonly LogRecord[]> {
  const ends = await log.endPositions(topic);
  const records: LogRecord[] = [];
  const follower = log.follow({
    group: `spec-${randomBytes(6).toString('hex')}`,
    topic,
    onBatch: (batch) => {
      records.push(...batch.records);
      return Promise.resolve(batch.to);
    },
  });
  await eventually(() => records.length >= sum(ends));
  await follower.stop();
  return records.filter(({ offset }) => offset > 0);
}

async function rejectedAs(notificationId: unknown) {
  const records = await recordsOf(TOPICS.rejected);
  return fromRejectedRecord(records.find(({ key }) => key?.toString() === notificationId)!);
}

/** A connection on which a spec says exactly what it likes. */
function socketTo(url: string) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect(Number(port), hostname);
  let text = '';
  let closed = false;
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  socket.on('error', () => undefined);
  socket.on('close', () => (closed = true));
  return {
    socket,
    send: (data: string | Buffer) => socket.write(data),
    answer: () => text,
    closed: () => closed,
  };
}

const head = (length: number | string, more = '') =>
  `POST /notify/mps HTTP/1.1\r\nHost: localhost\r\n${more}Content-Length: ${length}\r\n\r\n`;

describe('a callback', () => {
  it('is answered with the receipt of its raw record, which holds its exact bytes', async () => {
    const { post } = await started();
    const body = `\n${task} `;
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const response = await post(body, { traceparent, 'content-type': 'text/plain; charset=utf-8' });
    expect(response.status).toBe(200);
    const receipt = response.headers.get('ledger-receipt') ?? '';
    expect(await response.json()).toEqual({ code: 0, receipt });
    const place = parseReceipt(receipt);
    expect(place).toMatchObject(await log.identity().then(({ logId, generation }) => ({ logId, generation })));
    const records = await recordsOf(TOPICS.raw);
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

  it.each(['application/json; charset', '/', 'text/xml', 'multipart/form-data', '', ';;', 'a\tb'])(
    'may have the content type %j',
    async (type) => {
      const { post } = await started();
      expect((await post(task, { 'content-type': type })).status).toBe(200);
    },
  );

  it('needs no content type, and may come in chunks and after a 100-continue', async () => {
    const { url } = await started();
    const bare = socketTo(url);
    bare.send(`${head(task.length)}${task}`);
    await eventually(() => bare.answer().includes('"code":0'));
    bare.send('POST /notify/mps HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n');
    bare.send(`5\r\n${task.slice(0, 5)}\r\n`);
    bare.send(`${(task.length - 5).toString(16)}\r\n${task.slice(5)}\r\n0\r\n\r\n`);
    await eventually(() => bare.answer().split('"code":0').length === 3);
    bare.send(head(task.length, 'Expect: 100-continue\r\n'));
    await eventually(() => bare.answer().includes('HTTP/1.1 100 Continue'));
    bare.send(task);
    await eventually(() => bare.answer().split('"code":0').length === 4);
    bare.socket.destroy();
  });

  it('may be pipelined behind others on one connection: each is answered, in order', async () => {
    const { url } = await started();
    const { send, answer, socket } = socketTo(url);
    send(`${head(task.length)}${task}`.repeat(20) + `${head(4)}junk`);
    await eventually(() => answer().includes('"code":"not-json"'));
    expect(answer().match(/HTTP\/1\.1 200/g)).toHaveLength(20);
    expect(answer().indexOf('HTTP/1.1 400')).toBeGreaterThan(answer().lastIndexOf('HTTP/1.1 200'));
    socket.destroy();
  });

  it('may have 6 MiB, byte for byte', async () => {
    const { post } = await started();
    const body = JSON.stringify({ TaskId: 'large', fill: '' });
    const exact = body.replace('""', `"${'x'.repeat(6 * 1024 * 1024 - body.length)}"`);
    expect(Buffer.byteLength(exact)).toBe(6 * 1024 * 1024);
    expect((await post(exact)).status).toBe(200);
    const records = await recordsOf(TOPICS.raw);
    expect(records.some(({ value }) => value?.equals(Buffer.from(exact)))).toBe(true);
  });

  it('yields its events, which end with notification.received, once each', async () => {
    const { post } = await started();
    const body = task.replace('T-1', 'derived');
    const receipt = parseReceipt((await post(body)).headers.get('ledger-receipt') ?? '');
    const types = await eventually(async () => {
      const events = await recordsOf(TOPICS.events);
      const own = events.filter(({ key }) => key?.toString() === 'derived');
      expect(own.map(({ partition }) => partition)).toEqual(own.map(() => receipt?.partition));
      return own.length === 2 && own.map(({ headers }) => headers['ce_type']);
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
      const response = await post(gzipSync(task), { 'content-encoding': coding });
      expect(response.status).toBe(415);
      expect(response.headers.get('accept-encoding')).toBe('identity');
      expect((await post(task, { 'content-encoding': 'identity' })).status).toBe(200);
    },
  );
});

describe('the callback listener', () => {
  it('has one path, and says for which method', async () => {
    const { url } = await started();
    const other = (path: string, method = 'POST') =>
      fetch(new URL(path, url), { method, ...(method === 'POST' && { body: task }) });
    for (const path of ['/notify/MPS', '/notify/mps2', '/notify/', '/notify/mps/x', '/', '/livez', '/metrics'])
      expect([path, (await other(path)).status]).toEqual([path, 404]);
    expect((await other(`/notify/${'x'.repeat(5000)}`)).status).toBe(404);
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH']) {
      const response = await other('/notify/mps', method);
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toContain('POST');
    }
  });

  it('asks for a signature where the source has keys: no valid one, nothing logged', async () => {
    const { post, metrics } = await started({ keys: ['my-notify-key'] });
    const before = [await log.endPositions(TOPICS.raw), await log.endPositions(TOPICS.rejected)];
    const timestamp = Math.floor(Date.now() / 1000) + 600;
    const body = (key: string) => {
      const Sign = createHash('md5').update(`${timestamp}${key}`).digest('hex');
      return JSON.stringify({ ...(JSON.parse(task) as object), Timestamp: timestamp, Sign });
    };
    const refusals = [
      await post(task),
      await post(body('guess')),
      await post('junk'),
      await post('x'.repeat(7_000_000)),
    ];
    expect(refusals.map(({ status }) => status)).toEqual([401, 401, 400, 413]);
    expect([await log.endPositions(TOPICS.raw), await log.endPositions(TOPICS.rejected)]).toEqual(before);
    expect(await metrics.text()).toContain('notifications_received_total{transport="callback",result="refused"} 4');
    expect((await post(body('my-notify-key'))).status).toBe(200);
  });

  it('cuts off senders that are too slow, in the middle of a body and before it', async () => {
    const { url, post } = await started({ limits: { headersMs: 200, requestMs: 400, checkEveryMs: 50 } });
    const half = socketTo(url);
    half.send(`${head(task.length)}${task.slice(0, 10)}`);
    const headless = socketTo(url);
    headless.send('POST /notify/mps HTTP/1.1\r\nHost:');
    const silent = socketTo(url);
    await eventually(() => half.closed() && headless.closed() && silent.closed());
    expect(half.answer()).toContain('HTTP/1.1 408');
    expect(headless.answer()).toContain('HTTP/1.1 408');
    expect((await post(task)).status).toBe(200);
  });

  it('forgets a body whose sender goes away', async () => {
    const { url, post } = await started();
    const before = await log.endPositions(TOPICS.raw);
    const gone = socketTo(url);
    gone.send(`${head(task.length)}${task.slice(0, -1)}`);
    await eventually(() => gone.socket.bytesWritten > task.length);
    gone.socket.resetAndDestroy();
    expect((await post(task)).status).toBe(200);
    const after = await log.endPositions(TOPICS.raw);
    expect(sum(after) - sum(before)).toBe(1);
  });

  it('takes no more bytes than the content length says, and answers what follows as a request of its own', async () => {
    const { url } = await started();
    const { send, answer, closed } = socketTo(url);
    send(`${head(task.length)}${task}surplus`);
    await eventually(() => answer().includes('HTTP/1.1 400') && closed());
    expect(answer()).toContain('"code":0');
  });
});

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

describe('while the log does not take it', () => {
  const failing = { append: () => Promise.reject(new LogUnavailable('down')) };

  it('a callback is answered 503, to be sent again, and nothing of it is logged', async () => {
    const before = await log.endPositions(TOPICS.raw);
    const { post } = await started({ through: failing });
    const response = await post(task);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(await response.json()).toMatchObject({ code: 'log-unavailable' });
    expect((await post('junk')).status).toBe(503);
    expect(await log.endPositions(TOPICS.raw)).toEqual(before);
  });

  it('a callback whose append was done but not confirmed is answered 503; sent again, both are there', async () => {
    let losses = 1;
    const losing: Partial<EventLog> = {
      append: async (topic, partition, records) => {
        const appended = await log.append(topic, partition, records);
        if (topic === TOPICS.raw && losses > 0) {
          losses -= 1;
          throw new LogUnavailable('the answer was lost');
        }
        return appended;
      },
    };
    const { post } = await started({ through: losing });
    const body = task.replace('T-1', 'twice');
    expect((await post(body)).status).toBe(503);
    expect((await post(body)).status).toBe(200);
    const copies = (await recordsOf(TOPICS.raw)).filter(({ value }) => value?.equals(Buffer.from(body)));
    expect(copies).toHaveLength(2);
    const causes = await eventually(async () => {
      const events = (await recordsOf(TOPICS.events)).filter(({ key }) => key?.toString() === 'twice');
      const received = events.filter(({ headers }) => headers['ce_type'] === 'mps.notification.received');
      expect(received).toHaveLength(2);
      return received.map(({ headers }) => headers['ce_causationid']);
    });
    expect(new Set(causes)).toEqual(new Set(copies.map(({ key }) => key?.toString())));
  });

  it('the program is not ready and says why, and callbacks are answered 503 until there is a log', async () => {
    const health = makeHealth();
    let found: (identity: LogIdentity) => void = () => undefined;
    const ingest = await startIngest({
      config: { CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0, MPS_NOTIFY_PATH: 'mps' },
      ...{ log, logger: silentLogger(), metrics: makeMetrics({ processMetrics: false }), health },
      identity: new Promise<LogIdentity>((resolve) => (found = resolve)),
    });
    running.push(ingest);
    const post = () => fetch(ingest.callbackUrl, { method: 'POST', body: task });
    expect((await post()).status).toBe(503);
    expect(await health.report()).toMatchObject({ status: 'not-ready', checks: [{ name: 'log', ok: false }] });
    found(await log.identity());
    await eventually(async () => (await post()).status === 200);
    expect(await health.report()).toMatchObject({ status: 'ready' });
  });
});
