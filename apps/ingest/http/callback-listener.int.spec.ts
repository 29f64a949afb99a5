import { createHash } from 'node:crypto';
import {
  LogUnavailable,
  makePostgresLog,
  setupPostgresLog,
  type EventLog,
  type LogIdentity,
} from '@mps-ledger/event-log';
import { makeHealth, makeMetrics, silentLogger } from '@mps-ledger/platform';
import { eventually } from '@mps-ledger/spec-kit';
import { testDatabase, type TestDatabase } from '@mps-ledger/testing';
import { TOPICS, summaryOfRecord } from '@mps-ledger/records';
import { startIngest, type Ingest } from '../start';
import {
  headOf,
  NOTIFICATION,
  socketTo,
  SPEC_LAYOUT,
  startListener,
  type SpecListenerOptions,
} from '../testing/callback-listener';
import { appendedBetween, recordsOf } from '../testing/records-of';

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

describe('the callback listener', () => {
  it('has one path, and says for which method', async () => {
    const { url } = await started();
    const other = (path: string, method = 'POST') =>
      fetch(new URL(path, url), { method, ...(method === 'POST' && { body: NOTIFICATION }) });
    for (const path of ['/notify/MPS', '/notify/mps2', '/notify/', '/notify/mps/x', '/', '/livez', '/metrics'])
      for (const method of ['POST', 'GET', 'PUT', 'OPTIONS']) {
        const { status, headers } = await other(path, method);
        expect([method, path, status, headers.get('allow')]).toEqual([method, path, 404, null]);
      }
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
      return JSON.stringify({ ...(JSON.parse(NOTIFICATION) as object), Timestamp: timestamp, Sign });
    };
    const refusals = [
      await post(NOTIFICATION),
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
    half.send(`${headOf(NOTIFICATION.length)}${NOTIFICATION.slice(0, 10)}`);
    const headless = socketTo(url);
    headless.send('POST /notify/mps HTTP/1.1\r\nHost:');
    const silent = socketTo(url);
    await eventually(() => half.closed() && headless.closed() && silent.closed());
    expect(half.answer()).toContain('HTTP/1.1 408');
    expect(headless.answer()).toContain('HTTP/1.1 408');
    // On a busy machine one that is in a hurry may be late itself.
    await eventually(async () => (await post(NOTIFICATION)).status === 200);
  });

  it('forgets a body whose sender goes away', async () => {
    const { url, post } = await started();
    const before = await log.endPositions(TOPICS.raw);
    const gone = socketTo(url);
    gone.send(`${headOf(NOTIFICATION.length)}${NOTIFICATION.slice(0, -1)}`);
    await eventually(() => gone.socket.bytesWritten > NOTIFICATION.length);
    gone.socket.resetAndDestroy();
    expect((await post(NOTIFICATION)).status).toBe(200);
    const after = await log.endPositions(TOPICS.raw);
    expect(appendedBetween(before, after)).toBe(1);
  });

  it('takes no more bytes than the content length says, and answers what follows as a request of its own', async () => {
    const { url } = await started();
    const { send, answer, closed } = socketTo(url);
    send(`${headOf(NOTIFICATION.length)}${NOTIFICATION}surplus`);
    await eventually(() => answer().includes('HTTP/1.1 400') && closed());
    expect(answer()).toContain('"code":0');
  });
});

describe('while the log does not take it', () => {
  const failing = { append: () => Promise.reject(new LogUnavailable('down')) };

  it('a callback is answered 503, to be sent again, and nothing of it is logged', async () => {
    const before = await log.endPositions(TOPICS.raw);
    const { post } = await started({ log: { ...log, ...failing } });
    const response = await post(NOTIFICATION);
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
    const { post } = await started({ log: { ...log, ...losing } });
    const body = NOTIFICATION.replace('T-1', 'twice');
    expect((await post(body)).status).toBe(503);
    expect((await post(body)).status).toBe(200);
    const copies = (await recordsOf(log, TOPICS.raw)).filter(({ value }) => value?.equals(Buffer.from(body)));
    expect(copies).toHaveLength(2);
    const causes = await eventually(async () => {
      const events = (await recordsOf(log, TOPICS.events)).filter(({ key }) => key?.toString() === 'twice');
      const received = events.map(summaryOfRecord).filter(({ type }) => type === 'mps.notification.received');
      expect(received).toHaveLength(2);
      return received.map(({ causationId }) => causationId);
    });
    expect(new Set(causes)).toEqual(new Set(copies.map(({ key }) => key?.toString())));
  });

  it('the program is not ready and says why, and callbacks are answered 503 until there is a log', async () => {
    const health = makeHealth();
    let found: (identity: LogIdentity) => void = () => undefined;
    const ingest = await startIngest({
      config: { CALLBACK_HOST: '127.0.0.1', CALLBACK_PORT: 0, MPS_NOTIFY_PATH: 'mps', MPS_NOTIFY_EXPIRED: 'accept' },
      ...{ log, logger: silentLogger(), metrics: makeMetrics({ processMetrics: false }), health },
      identity: new Promise<LogIdentity>((resolve) => (found = resolve)),
    });
    running.push(ingest);
    const post = () => fetch(ingest.callbackUrl, { method: 'POST', body: NOTIFICATION });
    expect((await post()).status).toBe(503);
    expect(await health.report()).toMatchObject({
      status: 'not-ready',
      checks: [{ name: 'log', ok: false }, { name: 'derive' }],
    });
    found(await log.identity());
    await eventually(async () => (await post()).status === 200);
    expect(await health.report()).toMatchObject({ status: 'ready' });
  });
});
