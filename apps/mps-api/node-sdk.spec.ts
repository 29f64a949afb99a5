import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mps } from 'tencentcloud-sdk-nodejs-mps';
import { ACTIONS } from './actions/fields';
import { SECRET_ID, SECRET_KEY, serveMpsApi } from './testing/serve';
import type { ServedMpsApi } from './testing/serve';

/* The vendor's client as it is: the endpoint is changed, and nothing else. */

const FIXTURES = join(__dirname, '../../test/fixtures/mps');
const fixture = (name: string): string => readFileSync(join(FIXTURES, `${name}.json`), 'utf8');

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string;

let api: ServedMpsApi;
beforeAll(async () => {
  api = await serveMpsApi();
});
afterAll(() => api.close());

const METHODS = ['TC3-HMAC-SHA256', 'HmacSHA256', 'HmacSHA1'] as const;
const WAYS = METHODS.flatMap((signMethod) =>
  (['POST', 'GET'] as const).map((reqMethod) => ({ signMethod, reqMethod })),
);

interface ClientOptions {
  readonly endpoint?: string;
  readonly secretId?: string;
  readonly secretKey?: string;
  readonly region?: string;
  readonly signMethod?: (typeof METHODS)[number];
  readonly reqMethod?: 'POST' | 'GET';
}

function clientWith({ secretId = SECRET_ID, secretKey = SECRET_KEY, region = '', ...profile }: ClientOptions = {}) {
  const { signMethod = 'TC3-HMAC-SHA256', reqMethod = 'POST', endpoint = api.endpoint } = profile;
  return new mps.v20190612.Client({
    credential: { secretId, secretKey },
    region,
    profile: { signMethod, httpProfile: { endpoint, protocol: 'http://', reqMethod } },
  });
}

/** Answers of the SDK have types; here, what was sent counts. */
type Answer = Readonly<Record<string, unknown>>;

async function parseOffline(content: string, options?: ClientOptions): Promise<Answer> {
  return (await clientWith(options).ParseNotification({ Content: content })) as Answer;
}

async function parseLive(content: string, options?: ClientOptions): Promise<Answer> {
  return (await clientWith(options).ParseLiveStreamProcessNotification({ Content: content })) as Answer;
}

function withoutId(answer: Answer): Answer {
  const { RequestId, ...rest } = answer;
  expect(RequestId).toEqual(UUID);
  return rest;
}

describe.each(WAYS)('the SDK for Node.js, by $reqMethod with $signMethod', (way) => {
  it('gets the documented sample of an answer, from what that was made of', async () => {
    const { Response: sample } = JSON.parse(fixture('seed-002-parsenotification-response')) as { Response: Answer };
    const { RequestId, ...content } = sample;
    expect(RequestId).toBeDefined();
    for (const sent of [content, sample, { Response: sample }])
      expect(withoutId(await parseOffline(JSON.stringify(sent), way))).toEqual(content);
  });

  it('gets every field of the action, absent ones as null', async () => {
    const content = fixture('seed-000-workflowtask-cmq-event');
    const nulls = Object.fromEntries((ACTIONS[0]?.fields ?? []).map((field) => [field, null]));
    expect(withoutId(await parseOffline(content, way))).toEqual({ ...nulls, ...(JSON.parse(content) as Answer) });
  });

  it('gets the error of a wrong key with its code', async () => {
    const answer = parseOffline('{}', { ...way, secretKey: 'another' });
    await expect(answer).rejects.toMatchObject({ code: 'AuthFailure.SignatureFailure', requestId: UUID });
  });

  it('gets texts of any characters as they are', async () => {
    const SessionContext = '媒体 – "\\ \'() *~!+%&=;#?\r\n\t 😀';
    const content = JSON.stringify({ EventType: 'WorkflowTask', SessionContext });
    expect(await parseOffline(content, { ...way, region: 'ap-guangzhou' })).toMatchObject({ SessionContext });
  });

  it('may be configured with the name of the host', async () => {
    const endpoint = `localhost:${api.port}`;
    expect(await parseOffline('{"EventType":"NewTask"}', { ...way, endpoint })).toMatchObject({ EventType: 'NewTask' });
  });
});

describe('the SDK for Node.js', () => {
  it.each([
    'workflow-unknown-holder',
    'batch-task',
    'extract-blind-watermark',
    'live-schedule-task',
    'edit-media-finish',
  ])('gets every member that MPS sent, known or not: %s', async (name) => {
    expect(withoutId(await parseOffline(fixture(name)))).toMatchObject(JSON.parse(fixture(name)) as Answer);
  });

  it.each([
    ['AiReviewResult', 'AiReviewResultInfo', { ResultSet: [{ Type: 'ImagePorn', ImagePornResultSet: [] }] }],
    ['AiRecognitionResult', 'AiRecognitionResultInfo', { ResultSet: [] }],
    ['AiAnalysisResult', 'AiAnalysisResultInfo', { ResultSet: [{ Type: 'Highlight', HighlightResultSet: [] }] }],
    ['AiQualityControlResult', 'AiQualityControlResultInfo', { QualityControlResultSet: null, DiagnoseResultSet: [] }],
    ['LiveRecordResult', 'LiveRecordResultInfo', { RecordOver: 1, FileResults: [{ Url: 'https://a/b', Size: 7 }] }],
    [
      'AiSmartSubtitleResult',
      'AiSmartSubtitleResultInfo',
      { SmartSubtitleResult: [{ Text: '你好', SteadyState: true }] },
    ],
    ['ProcessEof', 'ProcessEofInfo', { ErrCode: 0, Message: 'Success' }],
  ])('gets every field of a live notification: %s', async (NotificationType, member, info) => {
    const content = { NotificationType, TaskId: '1250000001-procedure-live-c', [member]: info, Unheard: [1] };
    const nulls = Object.fromEntries((ACTIONS[1]?.fields ?? []).map((field) => [field, null]));
    expect(withoutId(await parseLive(JSON.stringify(content)))).toEqual({ ...nulls, ...content });
  });

  it('gets a content of some megabytes', async () => {
    const SessionContext = 'x'.repeat(3 * 1024 * 1024);
    expect(await parseOffline(JSON.stringify({ EventType: 'WorkflowTask', SessionContext }))).toMatchObject({
      SessionContext,
    });
  });
});
