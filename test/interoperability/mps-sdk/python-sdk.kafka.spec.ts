import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { itWithPython } from '@mps-ledger/testing';
import { SECRET_ID, SECRET_KEY, serveMpsApi, type ServedMpsApi } from '../../../apps/mps-api/testing/serve';
import { pythonSdk, type SdkClient, type SdkResult, type SdkRun } from './python-sdk';

jest.setTimeout(600_000);

const sample = (name: string): string => readFileSync(join('test', 'fixtures', 'mps', `${name}.json`), 'utf8');

const SEED = sample('seed-000-workflowtask-cmq-event');
const { RequestId, ...DOCUMENTED } = (
  JSON.parse(sample('seed-002-parsenotification-response')) as { Response: Record<string, unknown> }
).Response;
const LIVE = {
  NotificationType: 'ProcessEof',
  TaskId: '1250000001-procedure-live-c',
  ProcessEofInfo: { ErrCode: 0, Message: 'Success' },
};

const OFFLINE = 'ParseNotification';
const CALLS: SdkRun['calls'] = [
  { action: OFFLINE, content: JSON.stringify({ ...DOCUMENTED, Unheard: ["媒体 +&=%'~*\n😀"] }) },
  { action: OFFLINE, content: SEED },
  { action: 'ParseLiveStreamProcessNotification', content: JSON.stringify(LIVE) },
  { action: OFFLINE, content: 'no notification' },
];

const WAYS = [
  ['POST', 'TC3-HMAC-SHA256'],
  ['GET', 'TC3-HMAC-SHA256'],
  ['POST', 'HmacSHA256'],
  ['GET', 'HmacSHA1'],
] as const;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let api: ServedMpsApi;
beforeAll(async () => {
  api = await serveMpsApi();
});
afterAll(() => api.close());

async function results(client: SdkClient, given: Partial<SdkRun> = {}): Promise<readonly SdkResult[]> {
  const key = { secretId: SECRET_ID, secretKey: SECRET_KEY };
  const way = { method: 'POST', signMethod: 'TC3-HMAC-SHA256' } as const;
  return client({ endpoint: api.endpoint, ...key, ...way, calls: CALLS, ...given });
}

/** Without what is null, as a class leaves it. */
const said = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, member: unknown) => (member === null ? undefined : member)));

async function expectAnswers(client: SdkClient): Promise<void> {
  for (const [method, signMethod] of WAYS) {
    const [documented, seed, live, refused] = await results(client, { method, signMethod });
    expect(RequestId).toBeDefined();
    expect(said(documented?.answer)).toMatchObject(said(JSON.parse(CALLS[0]?.content ?? '')) as object);
    expect(documented?.answer?.['RequestId']).toMatch(UUID);
    expect(said(documented?.model)).toEqual({
      ...(said(DOCUMENTED) as object),
      RequestId: expect.stringMatching(UUID) as string,
    });
    expect(seed?.model).toMatchObject({ EventType: 'WorkflowTask', WorkflowTaskEvent: { Status: 'FINISH' } });
    expect(said(live?.model)).toMatchObject(LIVE);
    expect(refused?.error).toEqual({
      code: 'InvalidParameterValue.InvalidContent',
      requestId: expect.stringMatching(UUID) as string,
    });
  }
}

async function expectRefusals(client: SdkClient): Promise<void> {
  const calls = CALLS.slice(0, 1);
  const codeOf = async (given: Partial<SdkRun>) => (await results(client, { calls, ...given }))[0]?.error?.code;
  expect(await codeOf({ secretKey: 'another' })).toBe('AuthFailure.SignatureFailure');
  expect(await codeOf({ secretId: 'AKIDother' })).toBe('AuthFailure.SecretIdNotFound');
}

/** In the project of Kafka, where CI has Python; counted there as skipped where there is none. */
describe('the vendor’s SDK for Python, its endpoint changed and nothing else', () => {
  itWithPython('gets answers, and the code of a content that is none, by each method and signature', async () => {
    await expectAnswers(await pythonSdk());
  });

  itWithPython('gets the codes of a wrong key', async () => {
    await expectRefusals(await pythonSdk());
  });
});
