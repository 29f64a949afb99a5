import { createHash } from 'node:crypto';
import {
  AppendUnanswered,
  LogNotReady,
  LogReplaced,
  LogUnsafe,
  partitionOf,
  RecordTooLarge,
  TooManyWaiting,
  type EventLog,
  type LogIdentity,
} from '@mps-ledger/event-log';
import { makeMetrics, type Oversize } from '@mps-ledger/platform';
import { fromRawRecord, fromRejectedRecord, parseReceipt, type EncodedRecord } from '@mps-ledger/records';
import { makeIngestMetrics } from '../ingest-metrics';
import { makeReceive, type Delivery } from './receive';
import type { ClosedCode } from './receive-result';
import { TopicAppends } from './topic-appends';
import type { CallbackSource, NotificationSource } from './notification-sources';

const identity = { logId: 'abcdefghijkl', logGeneration: 2, eventGeneration: 3, partitions: 12 };
const nine = new Date('2026-11-22T09:00:00.000Z');
const open: CallbackSource = {
  id: 'default',
  account: 'default',
  transport: 'callback',
  path: 'mps',
  keys: [],
  expired: 'accept',
};
const signed: CallbackSource = { ...open, keys: ['old-key', 'my-notify-key'] };
const md5 = (text: string) => createHash('md5').update(text).digest('hex');
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

interface Kept {
  readonly partition: number;
  readonly record: EncodedRecord;
}

function receiving(fails?: Error | (() => boolean), found: LogIdentity | ClosedCode = identity) {
  const keptIn = () => {
    const kept: Kept[] = [];
    const append: EventLog['append'] = async (_, partition, records) => {
      if (fails instanceof Error) throw fails;
      if (fails?.() === true) throw new Error('down');
      return {
        offsets: records.map((record) => kept.push({ partition, record: record as EncodedRecord })),
        logged: '',
      };
    };
    const appends = new TopicAppends({ append }, 'topic');
    return { kept, appends };
  };
  const raw = keptIn();
  const rejected = keptIn();
  const metrics = makeMetrics({ processMetrics: false });
  let ids = 0;
  const receive = makeReceive({
    ...{ raw: raw.appends, rejected: rejected.appends, metrics: makeIngestMetrics(metrics) },
    log: () => found,
    now: () => nine,
    newId: () => `id-${(ids += 1)}`,
  });
  const take = (source: NotificationSource, text: string | Buffer, delivery: Partial<Delivery> = {}) =>
    receive.take({ source, ...delivery }, Buffer.from(text as string));
  return { receive, take, raw: raw.kept, rejected: rejected.kept, metrics };
}

const read = ({ partition, record }: Kept) => ({ ...record, partition, offset: 1, logged: nine.toISOString() });
const task = '{"EventType":"WorkflowTask","WorkflowTaskEvent":{"TaskId":"T-1","Status":"FINISH"}}';
const signedBody = (timestamp: number, key: string) =>
  JSON.stringify({ ...(JSON.parse(task) as object), Timestamp: timestamp, Sign: md5(`${timestamp}${key}`) });

describe('a notification', () => {
  it('is on the raw log, byte for byte and with its whole delivery, before it is acknowledged', async () => {
    const { take, raw } = receiving();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const received = await take(open, ` ${task}\n`, { contentType: 'text/plain', traceparent });
    expect(raw).toHaveLength(1);
    const partition = partitionOf('T-1', 12);
    expect(fromRawRecord(read(raw[0]!))).toEqual({
      ...{ id: 'id-1', account: 'default', source: 'default', transport: 'callback', trust: 'callback-unsigned' },
      ...{
        received: '2026-11-22T09:00:00.000Z',
        contentType: 'text/plain',
        traceparent,
        transportIds: {},
        signature: { verdict: 'none' },
        taskId: 'T-1',
      },
      ...{ partition, rawOffset: 1, bytes: Buffer.from(` ${task}\n`), sha256: sha256(Buffer.from(` ${task}\n`)) },
    });
    if (received.outcome !== 'accepted') throw new Error(received.outcome);
    expect(parseReceipt(received.receipt)).toEqual({
      ...{
        logId: 'abcdefghijkl',
        logGeneration: 2,
        partition,
        offset: 1,
        check: sha256(Buffer.from('id-1')).slice(0, 6),
      },
    });
  });

  it('is placed by its account and task, and by its own id where it names no task', async () => {
    const { take, raw } = receiving();
    await take({ ...open, account: 'acme' }, task);
    await take(open, '{"EventType":"BatchTask"}');
    expect(raw.map(({ partition }) => partition)).toEqual([partitionOf('acme/T-1', 12), partitionOf('id-2', 12)]);
  });

  it.each([
    ['a CMQ topic', { TopicOwner: 1, topicName: 'mps', msgId: '7', msgBody: task, publishTime: '1' }],
    ['SNS', { Type: 'Notification', MessageId: '7', Message: task }],
    ['a SCF trigger', { Records: [{ CMQ: { msgId: '7', msgBody: Buffer.from(task).toString('base64') } }] }],
  ])('is placed by its task also in what %s wraps it in, and its record says by which', async (_, wrapped) => {
    const { take, raw } = receiving();
    await take({ ...open, account: 'acme' }, JSON.stringify(wrapped));
    expect(raw[0]?.partition).toBe(partitionOf('acme/T-1', 12));
    expect(raw[0]?.record.headers['task-id']).toBe('T-1');
    expect(raw[0]?.record.value.toString()).toBe(JSON.stringify(wrapped));
  });

  it('says exactly which task it is placed by, and none where it names none', async () => {
    const { take, raw } = receiving();
    const taskIds = ['a/b c%', '漢\u{1f600}', '\ud800', '\u0000\n', '漢'.repeat(10_000)];
    for (const TaskId of taskIds) await take(open, JSON.stringify({ TaskId }));
    await take(open, '{"EventType":"BatchTask","SessionContext":"{\\"TaskId\\":\\"x\\"}"}');
    await take(open, '{"TaskId":5}');
    expect(raw.map((kept) => fromRawRecord(read(kept)))).toMatchObject(
      [...taskIds, null, null].map((taskId) => ({ taskId })),
    );
    const keys = [...taskIds, 'id-6', 'id-7'];
    expect(raw.map(({ partition }) => partition)).toEqual(keys.map((key) => partitionOf(key, 12)));
  });

  const several = (...ids: readonly string[]) =>
    JSON.stringify({ Records: ids.map((id) => ({ CMQ: { msgId: id, msgBody: task.replace('T-1', id) } })) });

  it('is logged once for each of several Records, each in the partition of its task', async () => {
    const { take, raw } = receiving();
    const body = several('A', 'B', 'C');
    const received = await take(open, body);
    expect(received).toMatchObject({ outcome: 'accepted' });
    expect(raw.map((kept) => fromRawRecord(read(kept)))).toMatchObject(
      ['A', 'B', 'C'].map((taskId, element) => ({
        taskId,
        element,
        bytes: Buffer.from(body),
        id: `id-${element + 1}`,
      })),
    );
    expect(raw.map(({ partition }) => partition)).toEqual(['A', 'B', 'C'].map((id) => partitionOf(id, 12)));
    if (received.outcome === 'accepted') expect(parseReceipt(received.receipt)?.partition).toBe(partitionOf('A', 12));
    await take(open, several('A'));
    expect(raw[3]?.record.headers).not.toHaveProperty('element');
  });

  it('is to be forwarded from this log where its source says so', async () => {
    const { take, raw } = receiving();
    await take({ ...open, forwardTo: 'http://handler/' }, task);
    await take(open, task);
    expect(raw.map(({ record }) => record.headers['forward'])).toEqual([identity.logId, undefined]);
  });

  it('is refused where its Records would fill the log; from a queue it is logged once', async () => {
    const { take, raw, rejected } = receiving();
    const body = JSON.stringify({ Records: Array.from({ length: 10_000 }, () => ({ CMQ: { msgBody: 'x' } })) });
    expect(await take(open, body)).toMatchObject({ outcome: 'refused', code: 'too-many-records' });
    expect([raw.length, rejected.length]).toEqual([0, 1]);
    expect(await take({ ...open, transport: 'cmq-queue' }, body)).toMatchObject({
      ...{ outcome: 'accepted', unread: 'too-many-records' },
    });
    expect(raw).toHaveLength(1);
    const few = JSON.stringify({ Records: Array<number>(1001).fill(1) });
    expect(await take(open, few)).toMatchObject({ code: 'too-many-records', detail: expect.stringContaining('1001') });
  });

  it('is not acknowledged as a whole where one of its Records is not taken', async () => {
    let left = 1;
    const { take } = receiving(() => (left -= 1) < 0);
    expect(await take(open, several('A', 'B', 'C', 'D', 'E', 'F'))).toMatchObject({ outcome: 'unavailable' });
  });

  it('is not acknowledged when the log does not take it, and may be sent again', async () => {
    const cause = new Error('down');
    const { take, metrics } = receiving(cause);
    expect(await take(open, task)).toEqual({ outcome: 'unavailable', code: 'log-unavailable', cause });
    expect(await metrics.text()).toContain('notifications_received_total{transport="callback",result="unavailable"} 1');
  });

  it.each(['log-unavailable', 'log-not-ready', 'log-replaced', 'log-unsafe'] as const)(
    'is not taken while the log is not to be relied on (%s), and neither is a refusal',
    async (code) => {
      const { take, raw, rejected } = receiving(undefined, code);
      expect(await take(open, task)).toEqual({ outcome: 'unavailable', code });
      expect(await take(open, 'junk')).toEqual({ outcome: 'unavailable', code });
      expect([raw, rejected]).toEqual([[], []]);
    },
  );

  it.each([
    ['log-replaced', new LogReplaced('another')],
    ['log-not-ready', new LogNotReady('missing')],
    ['log-unsafe', new LogUnsafe('retention')],
    ['log-busy', new TooManyWaiting('no room')],
    ['record-too-large', new RecordTooLarge('the brokers refuse its size')],
    ['log-unavailable', new AppendUnanswered('late')],
  ])('is not acknowledged where the append is rejected, saying %s', async (code, cause) => {
    expect(await receiving(cause).take(open, task)).toEqual({ outcome: 'unavailable', code, cause });
  });

  it('may be nested deeper than is read, and is logged all the same', async () => {
    const { take, raw } = receiving();
    const deep = `{"TaskId":"T-1","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(await take(open, deep)).toMatchObject({ outcome: 'accepted' });
    expect(raw[0]?.partition).toBe(partitionOf('T-1', 12));
  });
});

describe('a source with keys', () => {
  const soon = nine.getTime() / 1000 + 600;

  it.each(['old-key', 'my-notify-key'])('takes what %s signed, and believes it more', async (key) => {
    const { take, raw } = receiving();
    expect(await take(signed, signedBody(soon, key))).toMatchObject({ outcome: 'accepted' });
    expect(raw[0]?.record.headers['trust']).toBe('callback-signed');
  });

  const ago = (seconds: number, key = 'my-notify-key') => signedBody(nine.getTime() / 1000 - seconds, key);

  it.each([
    [61, 'old-key'],
    [3600, 'my-notify-key'],
    [nine.getTime() / 1000 - 1, 'my-notify-key'],
  ])(
    'takes a right signature whose time is over by %d s, with the trust of an unsigned one, and says so',
    async (over, key) => {
      const { take, raw, metrics } = receiving();
      expect(await take(signed, ago(over, key))).toMatchObject({ outcome: 'accepted', signExpired: true });
      expect(raw[0]?.record.headers).toMatchObject({ trust: 'callback-unsigned', signature: `expired by=${over}` });
      expect(fromRawRecord(read(raw[0]!))).toMatchObject({
        trust: 'callback-unsigned',
        signature: { verdict: 'expired', by: over },
        transportIds: {},
      });
      expect(await metrics.text()).toContain('notification_signature_failures_total{reason="expired"} 1');
      expect(await metrics.text()).toContain('result="accepted"} 1');
    },
  );

  it('says of no other that its signature was over', async () => {
    const { take, raw } = receiving();
    await take(signed, signedBody(soon, 'old-key'));
    await take(open, ago(3600));
    expect(raw.map(({ record }) => record.headers['signature'])).toEqual(['valid key=1', 'none']);
  });

  it('refuses a missing or wrong signature, and an expired one where that is wished, logging nothing and counting each', async () => {
    const { take, raw, rejected, metrics } = receiving();
    expect(await take(signed, task)).toEqual({ outcome: 'unsigned', reason: 'missing' });
    expect(await take(signed, signedBody(soon, 'guess'))).toEqual({ outcome: 'unsigned', reason: 'wrong' });
    const strict: CallbackSource = { ...signed, expired: 'refuse' };
    expect(await take(strict, ago(61))).toEqual({ outcome: 'unsigned', reason: 'expired' });
    expect([raw, rejected]).toEqual([[], []]);
    const text = await metrics.text();
    for (const reason of ['missing', 'wrong', 'expired'])
      expect(text).toContain(`notification_signature_failures_total{reason="${reason}"} 1`);
    expect(text).toContain('notifications_received_total{transport="callback",result="refused"} 3');
    expect(await take(signed, ago(3600, 'guess'))).toEqual({ outcome: 'unsigned', reason: 'wrong' });
  });

  const text = JSON.stringify;
  const base64 = (body: string) => Buffer.from(body).toString('base64');
  const push = (msgBody: string) => text({ TopicOwner: 1, topicName: 'mps', msgId: '7', msgBody, publishTime: '1' });
  const sns = (Message: string) => text({ Type: 'Notification', MessageId: '7', Message, Timestamp: '2026-11-22' });
  const scf = (...bodies: readonly string[]) => text({ Records: bodies.map((msgBody) => ({ CMQ: { msgBody } })) });
  const response = (body: string) => text({ Response: JSON.parse(body) as unknown, RequestId: 'r' });
  const wrapped: [string, (body: string) => string][] = [
    ['a topic', push],
    ['a topic, in base64', (body) => push(base64(body))],
    ['SNS', sns],
    ['SCF', (body) => scf(body)],
    ['a Response', response],
    ['base64', base64],
    ['four wrappers', (body) => scf(sns(base64(push(response(body)))))],
  ];

  it.each(wrapped)('verifies the signature also in what %s wraps it in', async (_, wrap) => {
    const { take, raw } = receiving();
    expect(await take(signed, wrap(signedBody(soon, 'my-notify-key')))).toMatchObject({ outcome: 'accepted' });
    expect(raw[0]?.record.headers).toMatchObject({
      trust: 'callback-signed',
      signature: 'valid key=2',
      'task-id': 'T-1',
    });
    expect(await take(signed, wrap(signedBody(soon, 'guess')))).toEqual({ outcome: 'unsigned', reason: 'wrong' });
    expect(await take(signed, wrap(task))).toEqual({ outcome: 'unsigned', reason: 'missing' });
    expect(await take(signed, wrap(ago(3600)))).toMatchObject({ outcome: 'accepted', signExpired: true });
    expect(raw[1]?.record.headers).toMatchObject({ trust: 'callback-unsigned', signature: 'expired by=3600' });
  });

  it('takes no signature from beside a wrapped notification, nor from a text that is no wrapper', async () => {
    const { take } = receiving();
    const beside = { Timestamp: soon, Sign: md5(`${soon}old-key`) };
    for (const body of [
      { ...beside, topicName: 'mps', msgId: '7', msgBody: task },
      { EventType: 'X', Data: signedBody(soon, 'old-key') },
      { topicName: 'mps', msgId: '7', msgBody: push(push(push(push(signedBody(soon, 'old-key'))))) },
    ])
      expect(await take(signed, text(body))).toEqual({ outcome: 'unsigned', reason: 'missing' });
  });

  it('verifies each of several Records, and logs none where one is not signed', async () => {
    const { take, raw } = receiving();
    const [one, other, late] = [signedBody(soon, 'old-key'), signedBody(soon, 'my-notify-key'), ago(3600)];
    expect(await take(signed, scf(one, task, other))).toEqual({ outcome: 'unsigned', reason: 'missing' });
    expect(await take(signed, scf(one, signedBody(soon, 'guess')))).toEqual({ outcome: 'unsigned', reason: 'wrong' });
    expect(raw).toEqual([]);
    expect(await take(signed, sns(scf(one, other, late)))).toMatchObject({ outcome: 'accepted', signExpired: true });
    expect(raw.map(({ record }) => [record.headers['signature'], record.headers['trust']])).toEqual([
      ['valid key=1', 'callback-signed'],
      ['valid key=2', 'callback-signed'],
      ['expired by=3600', 'callback-unsigned'],
    ]);
  });

  it('allows the clocks to differ by a minute', async () => {
    const { take } = receiving();
    const justOver = signedBody(nine.getTime() / 1000 - 59, 'my-notify-key');
    expect(await take(signed, justOver)).toMatchObject({ outcome: 'accepted' });
  });

  it('refuses what is no notification without logging it, so that nobody can fill the log', async () => {
    const { take, receive, rejected, metrics } = receiving();
    expect(await take(signed, 'junk')).toMatchObject({ outcome: 'refused', code: 'not-json', notificationId: null });
    const huge: Oversize = { ...oversize, prefix: Buffer.from('') };
    expect(await receive.refuseOversize({ source: signed }, huge)).toMatchObject({ notificationId: null });
    expect(rejected).toEqual([]);
    expect(await metrics.text()).toContain('rejected_total{reason="not-json"} 1');
  });
});

const oversize: Oversize = {
  ...{ kind: 'oversize', allowed: 6_291_456, size: 16_777_216, truncated: true, digest: 'd'.repeat(64) },
  prefix: Buffer.from('{"WorkflowTaskEvent":{"TaskId":"T-1","MediaProc'),
};

describe('a source that is not called', () => {
  const queue: NotificationSource = { ...open, id: 'q', transport: 'cmq-queue' };

  it.each([
    ['cmq-queue', 'queue'],
    ['sqs', 'queue'],
    ['file', 'file'],
    ['cmq-topic', 'callback-unsigned'],
  ] as const)('of transport %s is trusted as %s, and its signatures are not judged', async (transport, trust) => {
    const { take, raw } = receiving();
    const body = signedBody(nine.getTime() / 1000 - 3600, 'guess');
    const transportIds = { 'cmq-msgid': '7' };
    expect(await take({ ...queue, keys: ['my-notify-key'], transport }, body, { transportIds })).toMatchObject({
      ...{ outcome: 'accepted', signExpired: false },
    });
    expect(raw[0]?.record.headers).toMatchObject({ transport, trust, source: 'q', 'cmq-msgid': '7' });
    expect(raw[0]?.record.headers).not.toHaveProperty('signature');
  });

  it.each([
    ['not-utf8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['not-json', '<html>'],
    ['not-json', ''],
    ['not-an-object', '[{}]'],
  ])('logs what is no notification (%s) as it is, since it will be deleted', async (unread, body) => {
    const { take, raw, rejected } = receiving();
    expect(await take(queue, body)).toMatchObject({ outcome: 'accepted', unread });
    expect(fromRawRecord(read(raw[0]!))).toMatchObject({ taskId: null, bytes: Buffer.from(body as string) });
    expect(raw[0]?.partition).toBe(partitionOf('id-1', 12));
    expect(rejected).toEqual([]);
  });
});

it('does not log what is no notification in a file as a raw record, since the file still has it', async () => {
  const { take, raw } = receiving();
  expect(await take({ ...open, transport: 'file' }, '<html>')).toMatchObject({ outcome: 'refused', code: 'not-json' });
  expect(raw).toEqual([]);
});

describe('what is no notification', () => {
  it.each([
    ['not-utf8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['not-json', '{"a":'],
    ['not-json', ''],
    ['not-an-object', '[{}]'],
    ['not-an-object', 'null'],
  ])('is refused as %s, and logged as rejected without its bytes', async (code, body) => {
    const { take, raw, rejected, metrics } = receiving();
    expect(await take(open, body)).toMatchObject({ outcome: 'refused', code, notificationId: 'id-1' });
    expect(raw).toEqual([]);
    expect(rejected[0]?.partition).toBe(partitionOf('id-1', 12));
    const bytes = Buffer.from(body as string);
    expect(fromRejectedRecord(read(rejected[0]!))).toMatchObject({
      ...{ notificationId: 'id-1', reason: code, digest: sha256(bytes), size: bytes.length, truncated: false },
    });
    expect(await metrics.text()).toContain('notifications_received_total{transport="callback",result="rejected"} 1');
  });

  it('may be a body that is too large: its task is recorded where its beginning names it', async () => {
    const { receive, rejected } = receiving();
    expect(await receive.refuseOversize({ source: open }, oversize)).toMatchObject({ code: 'body-too-large' });
    expect(fromRejectedRecord(read(rejected[0]!))).toMatchObject({
      ...{ reason: 'body-too-large', digest: 'd'.repeat(64), size: 16_777_216, truncated: true, taskId: 'T-1' },
    });
  });

  it('is not refused for good while the log cannot take its record', async () => {
    const { take } = receiving(new Error('down'));
    expect(await take(open, 'junk')).toMatchObject({ outcome: 'unavailable', code: 'log-unavailable' });
  });
});
