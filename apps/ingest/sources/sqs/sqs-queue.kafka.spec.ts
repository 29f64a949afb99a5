import {
  describeOwnBrokers,
  queueSourceContract,
  startElasticMq,
  startSqsProxy,
  type ElasticMq,
  type QueueUnderTest,
  type SqsProxy,
} from '@mps-ledger/testing';
import { SPEC_LAYOUT } from '../../testing/callback-listener';
import { startIngestOfQueues } from '../../testing/ingest-of-queues';
import type { SqsSource } from '../notification-sources';

interface SqsQueueUnderTest extends QueueUnderTest {
  readonly source: SqsSource;
}

process.env['AWS_ACCESS_KEY_ID'] = 'spec';
process.env['AWS_SECRET_ACCESS_KEY'] = 'spec';

/** What the proxy does at once, as the suite asks for it. */
const soon = (act: () => void): Promise<void> => Promise.resolve().then(act);

async function queueOf(sqs: ElasticMq, proxy: SqsProxy, name: string): Promise<SqsQueueUnderTest> {
  const create = () => sqs.createQueue(name, { VisibilityTimeout: '30' });
  const url = await create();
  const seen = proxy.queue(url);
  const sourceAt = (queueUrl: string): SqsSource => ({
    ...{ id: name, account: 'default', transport: 'sqs', keys: [], expired: 'accept' },
    ...{ queueUrl, region: 'spec', pollSeconds: 1 },
  });
  return {
    source: sourceAt(proxy.urlOf(url)),
    sourceOverTls: sourceAt(proxy.urlOf(url).replace('http:', 'https:')),
    send: (bodies) => sqs.send(url, bodies.map(String)),
    remaining: () => sqs.remaining(url),
    delivered: () => Promise.resolve(seen.delivered),
    polls: () => Promise.resolve(seen.polls),
    expire: () => sqs.makeVisible(url, [...seen.handles]),
    async failNextDelete() {
      proxy.fault({ kind: 'partial-delete', failing: 3, action: 'DeleteMessageBatch' });
    },
    setKeyRight: (isRight) => Promise.resolve(void (seen.isKeyWrong = !isRight)),
    failPolls: (fault, times) => soon(() => proxy.fault({ ...fault, times, action: 'ReceiveMessage' })),
    clearFaults: () => soon(() => proxy.clearFaults()),
    skewClock: (ms) => soon(() => proxy.skewClock(ms)),
    remove: () => sqs.deleteQueue(url),
    restore: () => create().then(() => undefined),
  };
}

/** In the project of Kafka, since that is where Java is. */
describeOwnBrokers('SQS', () => {
  let sqs: ElasticMq;
  beforeAll(async () => {
    sqs = await startElasticMq();
  });
  afterAll(() => sqs.stop());
  let made = 0;

  queueSourceContract('SQS', {
    anyBytes: false,
    codes: {
      clock: 'sqs-InvalidSignatureException',
      noQueue: 'sqs-QueueDoesNotExist',
      wrongKey: 'sqs-InvalidClientTokenId',
    },
    correctsClock: true,
    layout: SPEC_LAYOUT,
    start: startIngestOfQueues,
    async openService() {
      const proxy = await startSqsProxy(sqs.endpoint);
      return { create: () => queueOf(sqs, proxy, `events-${(made += 1)}`), close: () => proxy.close() };
    },
  });
});
