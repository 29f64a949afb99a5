import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Test } from '@nestjs/testing';
import type { HttpApplicationOptions } from '@mps-ledger/platform';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { codeOf, exchange } from './testing/exchange';
import type { WireAnswer } from './testing/exchange';
import { tc3Request, v1Request } from './testing/sdk-requests';
import type { SdkCall, WireRequest } from './testing/sdk-requests';
import { serveMpsApi } from './testing/serve';
import type { ServedMpsApi } from './testing/serve';
import { ANSWER_ACTION } from './tokens';

const CONTENT = '{"EventType":"WorkflowTask"}';

let api: ServedMpsApi;
beforeAll(async () => {
  api = await serveMpsApi();
});
afterAll(() => api.close());

const call = (given: Partial<SdkCall> = {}): SdkCall => ({ endpoint: api.endpoint, content: CONTENT, ...given });
const ago = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;

/** A request with other header fields; undefined takes one away. */
function withHeaders(wire: WireRequest, headers: Readonly<Record<string, string | undefined>>): WireRequest {
  const merged = Object.entries({ ...wire.headers, ...headers }).filter(([, value]) => value !== undefined);
  return { ...wire, headers: Object.fromEntries(merged) as Record<string, string> };
}

const send = (wire: Parameters<typeof exchange>[1]): Promise<WireAnswer> => exchange(api.port, wire);
const messageOf = ({ response }: WireAnswer): string => (response['Error'] as { Message: string }).Message;

const TC3 = tc3Request.bind(null, 'go');
const V1 = v1Request.bind(null, 'go');
/** Signed as it is sent, with a body of any form. */
const signedBody = (body: string): WireRequest => ({ ...TC3(call(), { unsignedPayload: true }), body });

describe('an error has the vendor’s code', () => {
  it.each<[string, string, () => WireRequest]>([
    ['a SecretId that is not accepted', 'AuthFailure.SecretIdNotFound', () => TC3(call({ secretId: 'AKIDother' }))],
    ['one in parameters', 'AuthFailure.SecretIdNotFound', () => V1(call({ secretId: 'AKIDother' }))],
    ['another key', 'AuthFailure.SignatureFailure', () => TC3(call({ secretKey: 'other' }))],
    ['another key, of parameters', 'AuthFailure.SignatureFailure', () => V1(call({ secretKey: 'other' }))],
    [
      'a method of signing that there is not',
      'AuthFailure.SignatureFailure',
      () => V1(call(), { signatureMethod: 'HmacMD5' }),
    ],
    ['a time five minutes ago', 'AuthFailure.SignatureExpire', () => TC3(call({ timestamp: ago(303) }))],
    ['a time in five minutes', 'AuthFailure.SignatureExpire', () => TC3(call({ timestamp: ago(-303) }))],
    ['a time ago, in parameters', 'AuthFailure.SignatureExpire', () => V1(call({ timestamp: ago(303) }))],
    [
      'no Authorization',
      'AuthFailure.InvalidAuthorization',
      () => withHeaders(TC3(call()), { Authorization: undefined }),
    ],
    [
      'an Authorization of another kind',
      'AuthFailure.InvalidAuthorization',
      () => withHeaders(TC3(call()), { Authorization: 'Bearer x' }),
    ],
    [
      'a signature that is cut',
      'AuthFailure.InvalidAuthorization',
      () => withHeaders(TC3(call()), { Authorization: TC3(call()).headers['Authorization']?.slice(0, -1) }),
    ],
    [
      'a host that is not signed',
      'AuthFailure.InvalidAuthorization',
      () => withHeaders(TC3(call()), { Authorization: TC3(call()).headers['Authorization']?.replace(';host', '') }),
    ],
    [
      'a request that is not signed on purpose',
      'AuthFailure.InvalidAuthorization',
      () => withHeaders(TC3(call()), { Authorization: 'SKIP' }),
    ],
    [
      'a credential of another day',
      'AuthFailure.SignatureFailure',
      () => withHeaders(TC3(call({ timestamp: ago(86_400) })), { 'X-TC-Timestamp': String(ago(0)) }),
    ],
    ['no time', 'MissingParameter', () => withHeaders(TC3(call()), { 'X-TC-Timestamp': undefined })],
    ['a time that is none', 'InvalidParameter', () => withHeaders(TC3(call()), { 'X-TC-Timestamp': 'now' })],
    ['no action', 'MissingParameter', () => withHeaders(TC3(call()), { 'X-TC-Action': undefined })],
    ['no version', 'MissingParameter', () => withHeaders(TC3(call()), { 'X-TC-Version': undefined })],
    ['no parameters at all', 'MissingParameter', () => ({ ...V1(call(), { method: 'GET' }), target: '/' })],
    ['parameters that are not signed', 'MissingParameter', () => V1(call(), { without: ['Signature'] })],
    ['an action that there is not', 'InvalidAction', () => TC3(call({ action: 'DescribeTaskDetail' }))],
    ['one in parameters', 'InvalidAction', () => V1(call({ action: 'parsenotification' }))],
    ['another version', 'NoSuchVersion', () => TC3(call({ version: '2017-03-12' }))],
    ['one in parameters', 'NoSuchVersion', () => V1(call({ version: '2019-06-13' }), { method: 'GET' })],
    ['no content', 'MissingParameter', () => TC3(call({ content: undefined }))],
    ['a content of null', 'MissingParameter', () => TC3(call({ content: null }))],
    ['no body', 'MissingParameter', () => signedBody('')],
    ['no content, in parameters', 'MissingParameter', () => V1(call({ content: undefined }))],
    ['a content that is an object', 'InvalidParameter', () => TC3(call({ content: { EventType: 'WorkflowTask' } }))],
    ['a content that is a number', 'InvalidParameter', () => TC3(call({ content: 1 }))],
    ['a body that is no JSON', 'InvalidParameter', () => signedBody('{"Content":')],
    ['a body that is a list', 'InvalidParameter', () => signedBody('[]')],
    [
      'a parameter given twice',
      'InvalidParameter',
      () => ({
        ...V1(call(), { method: 'GET' }),
        target: `${V1(call(), { method: 'GET' }).target}&Content=`,
      }),
    ],
    ['a parameter that there is not', 'UnknownParameter', () => signedBody('{"Content":"{}","content":"{}"}')],
    ['one in parameters', 'UnknownParameter', () => V1(call(), { more: { Limit: '1' } })],
    ['another content type', 'UnsupportedProtocol', () => withHeaders(TC3(call()), { 'Content-Type': 'text/plain' })],
    [
      'a form of several parts',
      'UnsupportedProtocol',
      () => withHeaders(TC3(call()), { 'Content-Type': 'multipart/form-data; boundary=x' }),
    ],
    ['no content type', 'UnsupportedProtocol', () => withHeaders(TC3(call()), { 'Content-Type': undefined })],
    ['a compressed body', 'UnsupportedProtocol', () => withHeaders(TC3(call()), { 'Content-Encoding': 'gzip' })],
  ])('%s: %s', async (_, code, wire) => {
    const answer = await send(wire());
    expect(codeOf(answer)).toBe(code);
    expect(answer.text).not.toContain('exampleSecretKey');
  });

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])('a method that there is not: %s', async (method) => {
    expect(codeOf(await send({ ...TC3(call()), method }))).toBe('UnsupportedProtocol');
  });

  it.each(['/api/', '/v2/index.php', '//'])('a path that there is not: %s', async (target) => {
    expect(codeOf(await send({ ...TC3(call()), target }))).toBe('InvalidRequest');
  });

  it.each([
    '',
    'null',
    '"text"',
    '7',
    '[]',
    '{',
    '{}',
    '{"EventType":null}',
    '{"EventType":""}',
    '{"EventType":7}',
    '{"EventType":{"a":"b"}}',
    '{"NotificationType":"ProcessEof"}',
    '{"TaskType":"WorkflowTask"}',
    '{"Response":{"Error":{}}}',
    `{"EventType":"WorkflowTask","a":${'['.repeat(100)}${']'.repeat(100)}}`,
    `{"EventType":"WorkflowTask","a":${'['.repeat(1_000_000)}`,
    `{"EventType":"WorkflowTask","a":[1${',1'.repeat(1_000_001)}]}`,
  ])('a content that is no such notification: %#', async (content) => {
    expect(codeOf(await send(TC3(call({ content }))))).toBe('InvalidParameterValue.InvalidContent');
  });

  it('a notification of the other action, and the message names that', async () => {
    const live = '{"NotificationType":"ProcessEof"}';
    expect(messageOf(await send(TC3(call({ content: live }))))).toContain('ParseLiveStreamProcessNotification');
    const other = call({ action: 'ParseLiveStreamProcessNotification' });
    const answer = await send(TC3(other));
    expect(codeOf(answer)).toBe('InvalidParameterValue.InvalidContent');
    expect(messageOf(answer)).toContain('ParseNotification');
  });

  it('a body of more than 10 MiB, and one of less is answered', async () => {
    const content = (size: number) => JSON.stringify({ EventType: 'WorkflowTask', SessionContext: 'x'.repeat(size) });
    const MIB = 1024 * 1024;
    expect(codeOf(await send(TC3(call({ content: content(10 * MIB) }))))).toBe('RequestSizeLimitExceeded');
    expect(codeOf(await send(TC3(call({ content: content(9.9 * MIB) }))))).toBeUndefined();
  });

  it('a query that is too long', async () => {
    const content = JSON.stringify({ EventType: 'WorkflowTask', SessionContext: 'x'.repeat(140_000) });
    expect(codeOf(await send(TC3(call({ content }), { method: 'GET' })))).toBe('RequestSizeLimitExceeded');
  });

  it('what is no HTTP', async () => {
    const socket = connect(api.port, '127.0.0.1');
    socket.write('nonsense\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toContain('HTTP/1.1 200 OK');
    expect(answer).toMatch(/\r\nContent-Type: application\/json\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      Response: { Error: { Code: 'InvalidRequest' } },
    });
  });

  it('more requests in a second than a key may send; another key is not affected', async () => {
    const limited = await serveMpsApi({ MPS_API_KEYS: ['A:one', 'B:two'], MPS_API_RATE: 20 });
    const codeWith = async (secretId: string, secretKey: string) =>
      codeOf(await exchange(limited.port, TC3({ endpoint: limited.endpoint, content: CONTENT, secretId, secretKey })));
    const codes = await Promise.all(Array.from({ length: 30 }, () => codeWith('A', 'one')));
    expect(codes.filter((code) => code === 'RequestLimitExceeded').length).toBeGreaterThanOrEqual(10);
    expect(codes.filter((code) => code === undefined).length).toBeGreaterThanOrEqual(20);
    expect(await codeWith('B', 'two')).toBeUndefined();
    await limited.close();
  });

  it('a failure of ours, which the answer says nothing of', async () => {
    const fails = () => {
      throw new Error('secret reason');
    };
    const create: HttpApplicationOptions['create'] = async (root, adapter, settings) => {
      const testing = Test.createTestingModule({ imports: [root] })
        .overrideProvider(ANSWER_ACTION)
        .useValue(fails);
      return (await testing.compile()).createNestApplication<NestFastifyApplication>(adapter, settings);
    };
    const failing = await serveMpsApi({}, create);
    const answer = await exchange(failing.port, TC3(call()));
    expect(codeOf(answer)).toBe('InternalError');
    expect(answer.text).not.toContain('secret reason');
    await failing.close();
  });
});

it('counts every answer by action and code', async () => {
  const counted = await serveMpsApi();
  const to = (given: Partial<SdkCall>) => exchange(counted.port, TC3(call({ endpoint: counted.endpoint, ...given })));
  await to({});
  await to({ content: 'junk' });
  await to({ action: 'Made-up "action"' });
  await exchange(counted.port, { ...TC3(call()), method: 'PUT' });
  const text = await counted.metrics.text();
  const counts = [...text.matchAll(/^mps_ledger_mps_api_requests_total\{(.*)\} (\d+)$/gm)].map(([, labels, n]) => [
    labels,
    n,
  ]);
  expect(counts).toEqual([
    ['action="ParseNotification",code="ok"', '1'],
    ['action="ParseNotification",code="InvalidParameterValue.InvalidContent"', '1'],
    ['action="unknown",code="InvalidAction"', '1'],
    ['action="unknown",code="UnsupportedProtocol"', '1'],
  ]);
  await counted.close();
});

it('answers with the id of the request where that is a UUID, and with a new one otherwise', async () => {
  const id = '0190a000-0000-7000-8000-000000000001';
  const idOf = async (given: string) =>
    (await send(withHeaders(TC3(call()), { 'X-Request-Id': given }))).response['RequestId'];
  expect(await idOf(id)).toBe(id);
  expect(await idOf('mine')).toMatch(/^[0-9a-f]{8}-/);
});
