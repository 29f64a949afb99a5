import { createHmac } from 'node:crypto';
import { makeCmqClient, readEndpoint, type CmqClient, type CmqClientOptions, type CmqEndpoint } from '@mps-ledger/cmq';
import { DOUBLE_SECRET, startCmqDouble, type CmqDouble, type CmqDoubleOptions } from './cmq-double';

const QUEUE = 'mps-events';
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function started(options: CmqDoubleOptions = {}): Promise<CmqDouble> {
  const double = await startCmqDouble({ queues: [QUEUE], ...options });
  opened.push(double);
  return double;
}

function clientOf(url: string, options: Partial<CmqClientOptions> = {}): CmqClient {
  const endpoint = readEndpoint(url) as CmqEndpoint;
  const key = { secretId: DOUBLE_SECRET.id, secretKey: DOUBLE_SECRET.key };
  const client = makeCmqClient({ endpoint, queue: QUEUE, ...key, ...options });
  opened.push(client);
  return client;
}

async function both(options: CmqDoubleOptions = {}, of: Partial<CmqClientOptions> = {}) {
  const double = await started(options);
  return { double, client: clientOf(double.url, of) };
}

const poll = { max: 16, waitSeconds: 0 };

/** A request as a client of the vendor makes it, signed here by the documented rule. */
async function post(double: CmqDouble, given: Record<string, string>, unsigned = (_: string): boolean => false) {
  const parameters = {
    ...{ Nonce: '9223372036854775807', Timestamp: String(Math.floor(Date.now() / 1000)), SecretId: DOUBLE_SECRET.id },
    ...{ queueName: QUEUE, ...given },
  };
  const pairs = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const signed = pairs.filter(([, value]) => !unsigned(value)).map(([name, value]) => `${name}=${value}`);
  const text = `POST${new URL(double.url).host}/v2/index.php?${signed.join('&')}`;
  const Signature = createHmac('sha1', DOUBLE_SECRET.key).update(text).digest('base64');
  const body = new URLSearchParams({ ...parameters, Signature }).toString();
  const response = await fetch(`${double.url}/v2/index.php`, { method: 'POST', body, headers: { 'content-type': '' } });
  return (await response.json()) as Record<string, unknown>;
}

describe('the double and the client', () => {
  it.each(['HmacSHA256', 'HmacSHA1'] as const)('agree about %s', async (signatureMethod) => {
    const { double, client } = await both({}, { signatureMethod });
    const [msgId] = double.send(QUEUE, ['{"a":"漢 &=+%"}']);
    const [message] = await client.receive(poll);
    expect(message).toMatchObject({ msgId, hasBody: true, dequeueCount: 1, enqueueTime: expect.any(Number) });
    expect(message?.body.toString()).toBe('{"a":"漢 &=+%"}');
    expect(await client.delete([message?.receiptHandle ?? ''])).toEqual([]);
    expect(double.stats(QUEUE)).toMatchObject({ deleted: 1, visible: 0, invisible: 0 });
  });

  it.each(['', '/', '/v2/index.php', '//v2/index.php'])('reach each other at the path %j', async (path) => {
    const { url } = await started();
    expect(await clientOf(url + path).receive(poll)).toEqual([]);
  });

  it('transport any bytes exactly, and a lone surrogate as the escape that it is', async () => {
    const { double, client } = await both();
    const bodies = [
      Buffer.from([0, 1, 9, 10, 13, 34, 92, 127, 128, 255]),
      Buffer.from('\u{1f600}é"\\u0000'),
      Buffer.from('{}'),
    ];
    double.send(QUEUE, bodies);
    const received = await client.receive(poll);
    expect(received.map(({ body }) => body)).toEqual(bodies);
    const escaped = '{"code":0,"message":"","msgInfoList":[{"msgBody":"\\ud83d\\ude00\\u00e9\\\\ud83d\\ud83d!"}]}';
    double.fault({ kind: 'answer', body: escaped });
    expect((await client.receive(poll))[0]?.body.toString()).toBe('\u{1f600}é\\ud83d\\ud83d!');
  });

  it('know messages without a body, a handle or times', async () => {
    const { double, client } = await both();
    double.fault({ kind: 'answer', body: '{"code":"0","msgInfoList":[{"msgBody":{"a":1},"enqueueTime":"5"},7]}' });
    const [first, second] = await client.receive(poll);
    expect(first).toMatchObject({ hasBody: false, msgId: undefined, receiptHandle: undefined, enqueueTime: 5 });
    expect(first?.body.toString()).toBe('{"msgBody":{"a":1},"enqueueTime":"5"}');
    expect(second?.body.toString()).toBe('7');
  });

  it('wait for a message, and give a poll up at once', async () => {
    const { double, client } = await both();
    const waiting = client.receive({ max: 16, waitSeconds: 30 });
    const stopping = new AbortController();
    const given = client.receive({ max: 16, waitSeconds: 30, signal: stopping.signal });
    stopping.abort();
    await expect(given).rejects.toBe(stopping.signal.reason);
    await client.attributes();
    double.send(QUEUE, ['x']);
    expect(await waiting).toHaveLength(1);
  });

  it('let a person send by hand, where that is wished', async () => {
    const { double, client } = await both({ plainSend: true });
    const body = '{"a":1}\n';
    expect((await fetch(`${double.url}/send/${QUEUE}`, { method: 'POST', body })).status).toBe(200);
    expect((await fetch(`${double.url}/send/other`, { method: 'POST', body })).status).toBe(400);
    expect(String((await client.receive(poll))[0]?.body)).toBe(body);
    const strict = await started();
    expect((await fetch(`${strict.url}/send/${QUEUE}`, { method: 'POST', body })).status).toBe(404);
  });

  it('speak about a queue', async () => {
    const { double, client } = await both({
      queues: [{ name: QUEUE, maxUnackedSeconds: 600, visibilityTimeoutSeconds: 7 }],
    });
    double.send(QUEUE, ['x', 'y']);
    await client.receive({ max: 1, waitSeconds: 0 });
    const numbers = { activeMsgNum: 1, inactiveMsgNum: 1, msgRetentionSeconds: 600, visibilityTimeout: 7 };
    expect(await client.attributes()).toMatchObject(numbers);
  });
});

describe('a message', () => {
  it('comes again with another handle when its time is over, and the old handle is of no use', async () => {
    const { double, client } = await both();
    double.send(QUEUE, ['x']);
    const [first] = await client.receive(poll);
    expect(await client.receive(poll)).toEqual([]);
    double.advance(30_000);
    // Invalid although nobody has received the message again.
    const failed = await client.delete([first?.receiptHandle ?? '']);
    expect(failed).toEqual([{ receiptHandle: first?.receiptHandle, code: 4430, message: expect.any(String) }]);
    const [again] = await client.receive(poll);
    expect(again).toMatchObject({ msgId: first?.msgId, dequeueCount: 2 });
    expect(again?.receiptHandle).not.toBe(first?.receiptHandle);
    expect(await client.delete([first?.receiptHandle ?? '', again?.receiptHandle ?? ''])).toHaveLength(1);
    expect(double.stats(QUEUE)).toMatchObject({ delivered: 2, redelivered: 1, deleted: 1 });
  });

  it('wakes a poll when it becomes visible again', async () => {
    const { double, client } = await both({ queues: [{ name: QUEUE, visibilityTimeoutSeconds: 1 }] });
    double.send(QUEUE, ['x']);
    await client.receive(poll);
    expect(await client.receive({ max: 1, waitSeconds: 20 })).toHaveLength(1);
  });

  it('is gone after the maximum unacknowledged time, counted from sending, also if nobody received it', async () => {
    const { double, client } = await both();
    double.send(QUEUE, ['received', 'never received']);
    await client.receive({ max: 1, waitSeconds: 0 });
    double.advance(3_600_000);
    expect(await client.receive(poll)).toEqual([]);
    expect(double.stats(QUEUE)).toMatchObject({ expired: 2, visible: 0, invisible: 0 });
  });

  it('is refused where it is too large, and where the queue is full', async () => {
    const { double } = await both({ queues: [{ name: QUEUE, maxMessageBytes: 10, heapBytes: 15 }] });
    expect(await post(double, { Action: 'SendMessage', msgBody: 'x'.repeat(11) })).toMatchObject({ code: 4400 });
    expect(await post(double, { Action: 'SendMessage', msgBody: 'x'.repeat(10) })).toMatchObject({ code: 0 });
    expect(await post(double, { Action: 'SendMessage', msgBody: 'x'.repeat(10) })).toMatchObject({ code: 4410 });
    const two = { 'msgBody.1': 'x'.repeat(6), 'msgBody.2': 'x'.repeat(6) };
    expect(await post(double, { Action: 'BatchSendMessage', ...two })).toMatchObject({ code: 4470 });
  });
});

describe('clients of the vendor', () => {
  it('may number handles from 0 or from 1, without a gap', async () => {
    const double = await started();
    const sent = await post(double, { Action: 'BatchSendMessage', 'msgBody.0': 'a', 'msgBody.1': 'b' });
    expect(sent).toMatchObject({ code: 0, msgList: [{ msgId: expect.any(String) }, { msgId: expect.any(String) }] });
    const received = await post(double, { Action: 'BatchReceiveMessage', numOfMsg: '16' });
    const [a = '', b = ''] = (received['msgInfoList'] as { receiptHandle: string }[]).map((one) => one.receiptHandle);
    const deleteBy = (handles: Record<string, string>) => post(double, { Action: 'BatchDeleteMessage', ...handles });
    expect(await deleteBy({ 'receiptHandle.1': a, 'receiptHandle.3': b })).toMatchObject({ code: 4000 });
    expect(await deleteBy({ 'receiptHandle.0': a })).toMatchObject({ code: 0 });
    expect(await deleteBy({ 'receiptHandle.1': b })).toMatchObject({ code: 0 });
    expect(await post(double, { Action: 'ReceiveMessage', UserpollingWaitSeconds: '5' })).toMatchObject({ code: 7000 });
  });

  it('may leave values that begin with @ out of the signature', async () => {
    const double = await started();
    const send = { Action: 'SendMessage', msgBody: '@x', clientRequestId: '7' };
    const answer = await post(double, send, (value) => value.startsWith('@'));
    expect(answer).toMatchObject({ code: 0, clientRequestId: '7', msgId: expect.any(String) });
    expect(await post(double, { Action: 'ReceiveMessage' })).toMatchObject({ code: 0, msgBody: '@x' });
  });
});

const CONFIGURATION = { failure: 'configuration' };

describe('the client', () => {
  it('says which key, queue or clock is wrong', async () => {
    const { double, client } = await both();
    const { url } = double;
    await expect(clientOf(url, { secretId: 'AKIDother' }).receive(poll)).rejects.toMatchObject({
      code: 'cmq-4100',
      ...CONFIGURATION,
    });
    await expect(clientOf(url, { secretKey: 'wrong' }).receive(poll)).rejects.toMatchObject({
      code: 'cmq-4100',
      ...CONFIGURATION,
    });
    await expect(clientOf(url, { queue: 'other' }).receive(poll)).rejects.toMatchObject({
      code: 'cmq-4440',
      ...CONFIGURATION,
    });
    await expect(client.receive({ max: 17, waitSeconds: 0 })).rejects.toMatchObject({
      code: 'cmq-4000',
      ...CONFIGURATION,
    });
    double.skewClock(-301_000);
    const message = expect.stringMatching(/clock is 30[12] s ahead of the server’s/);
    await expect(client.receive(poll)).rejects.toMatchObject({ code: 'cmq-4100', message });
  });

  it('learns at once of a queue that is deleted while it polls, and of keys that are rotated', async () => {
    const { double, client } = await both();
    const waiting = client.receive({ max: 1, waitSeconds: 30 });
    await client.attributes();
    double.deleteQueue(QUEUE);
    await expect(waiting).rejects.toMatchObject({ code: 'cmq-4440' });
    double.createQueue(QUEUE);
    double.setSecrets({ AKIDnew: 'new' });
    await expect(client.receive(poll)).rejects.toMatchObject({ code: 'cmq-4100' });
    expect(await clientOf(double.url, { secretId: 'AKIDnew', secretKey: 'new' }).receive(poll)).toEqual([]);
  });

  it.each([
    [4000, 'configuration'],
    [4100, 'configuration'],
    [4300, 'configuration'],
    [4440, 'configuration'],
    [4420, 'throttled'],
    [4480, 'throttled'],
    [4410, 'unavailable'],
    [6000, 'unavailable'],
    [6050, 'unavailable'],
    [6070, 'unavailable'],
    [9999, 'unavailable'],
  ] as const)('takes %d as %s', async (code, failure) => {
    const { double, client } = await both();
    double.fault({ kind: 'code', code });
    await expect(client.receive(poll)).rejects.toMatchObject({ name: 'CmqError', code: `cmq-${code}`, failure });
    expect(await client.receive(poll)).toEqual([]);
  });

  it.each([
    ['a page of a proxy', { kind: 'html' }, 'not-json', 'unavailable'],
    ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/' }, 'redirect', 'configuration'],
    ['a closed connection', { kind: 'reset' }, 'network', 'unavailable'],
    ['half an answer', { kind: 'truncated' }, 'network', 'unavailable'],
    ['half of the JSON', { kind: 'cut-json' }, 'not-json', 'unavailable'],
    ['a slow answer', { kind: 'slow', ms: 2000 }, 'timeout', 'unavailable'],
    ['JSON without a code', { kind: 'answer', body: '[]' }, 'not-json', 'unavailable'],
    ['a list that is missing', { kind: 'answer', body: '{"code":0}' }, 'wrong-answer', 'unavailable'],
    ['too many bytes', { kind: 'answer', body: 'x'.repeat(3000) }, 'too-large', 'too-large'],
  ] as const)('refuses %s', async (_, fault, code, failure) => {
    const { double, client } = await both({}, { marginMs: 300, maxAnswerBytes: 2000 });
    double.fault({ ...fault, times: 2 });
    await expect(client.receive(poll)).rejects.toMatchObject({ code, failure });
    double.clearFaults();
    expect(await client.receive(poll)).toEqual([]);
  });

  it('says where no secure connection, or none at all, comes about', async () => {
    const { double, client } = await both();
    const secure = clientOf(double.url.replace('http:', 'https:'));
    await expect(secure.receive(poll)).rejects.toMatchObject({ code: 'tls', failure: 'unavailable' });
    await double.close();
    await expect(client.receive(poll)).rejects.toMatchObject({ code: 'network', failure: 'unavailable' });
  });

  it('answers which messages of a batch were not deleted', async () => {
    const { double, client } = await both();
    double.send(QUEUE, ['a', 'b', 'c']);
    const handles = (await client.receive(poll)).map(({ receiptHandle = '' }) => receiptHandle);
    double.fault({ kind: 'partial-delete', failing: 1, action: 'BatchDeleteMessage' });
    expect(await client.delete(handles)).toMatchObject([{ receiptHandle: handles[0], code: 6000 }]);
    expect(await client.delete(handles)).toMatchObject([
      { receiptHandle: handles[1], code: 4430 },
      { receiptHandle: handles[2] },
    ]);
    expect(double.stats(QUEUE)).toMatchObject({ deleted: 3 });
    double.fault({ kind: 'code', code: 6020 });
    expect(await client.delete(handles)).toHaveLength(3);
  });
});
