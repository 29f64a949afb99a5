import { readFileSync } from 'node:fs';
import { describeOwnBrokers, itWithJdk, itWithPython, startCmqDouble, type CmqDouble } from '@mps-ledger/testing';
import { javaClient, pythonClient, type ClientRun, type VendorClient } from './vendor-clients';

jest.setTimeout(600_000);

const sample = readFileSync('test/fixtures/mps/seed-000-workflowtask-cmq-event.json', 'utf8');
const bodies = [sample, '{"a":"=&%+ \\"\\\\ 漢\u{1f600}"}', ' not json ', '{"TaskId":"T-1"}'];

let cmq: CmqDouble;
beforeEach(async () => {
  cmq = await startCmqDouble({ queues: ['mps-events'], secrets: { AKIDone: 'a key' } });
});
afterEach(() => cmq.close());

interface ReceivedBody {
  readonly msgId: string;
  readonly body: string;
}

const text = (base64: unknown): string => Buffer.from(String(base64), 'base64').toString();

async function agree(client: VendorClient, sign: ClientRun['sign']): Promise<void> {
  const key = { secretId: 'AKIDone', secretKey: 'a key' };
  const steps = await client({ endpoint: cmq.url, queue: 'mps-events', ...key, sign, bodies });
  const [attributes, sent, ...others] = steps;
  expect(attributes).toEqual({ step: 'attributes', visibilityTimeout: 30, activeMsgNum: 0 });
  const msgIds = sent?.['msgIds'] as string[];
  expect(new Set(msgIds).size).toBe(bodies.length);
  const received = others
    .filter(({ step }) => step === 'received')
    .flatMap(({ messages }) => messages as ReceivedBody[]);
  expect(received.map((one) => ({ ...one, body: text(one.body) }))).toEqual(
    bodies.map((body, at) => ({ body, msgId: msgIds[at], dequeueCount: 1 })),
  );
  const errors = Object.fromEntries(others.map(({ step, error }) => [String(step), text(error)]));
  expect(errors).toMatchObject({
    empty: expect.stringContaining('7000') as string,
    handle: expect.stringMatching(/4430|6010|6020/) as string,
    queue: expect.stringContaining('4440') as string,
    key: expect.stringContaining('4100') as string,
  });
  expect(cmq.bodies('mps-events')).toEqual([]);
}

/** In the project of Kafka, since that is where Java is; those that cannot be run are counted there as skipped. */
describeOwnBrokers(
  'the double of CMQ agrees with the vendor’s client on sending, receiving, deleting and refusals',
  () => {
    itWithJdk('in Java, signed by SHA-1', async () => agree(await javaClient(), 'sha1'));
    itWithJdk('in Java, signed by SHA-256', async () => agree(await javaClient(), 'sha256'));
    itWithPython('in Python, signed by SHA-1', async () => agree(await pythonClient(), 'sha1'));
    itWithPython('in Python, signed by SHA-256', async () => agree(await pythonClient(), 'sha256'));
  },
);
