import { readEndpoint, type CmqEndpoint } from '@mps-ledger/cmq';
import { makePostgresLog, setupPostgresLog } from '@mps-ledger/event-log';
import {
  DOUBLE_SECRET,
  queueSourceContract,
  startCmqDouble,
  startTcpProxy,
  testDatabase,
  type CmqDouble,
  type QueueUnderTest,
} from '@mps-ledger/testing';
import { SPEC_LAYOUT } from '../../testing/callback-listener';
import { startSources } from '../../testing/ingest-of-queues';
import type { CmqQueueSource } from '../notification-sources';

const VISIBILITY_SECONDS = 30;

interface CmqQueueUnderTest extends QueueUnderTest {
  readonly source: CmqQueueSource;
}

/** What the double does at once, as the suite asks for it. */
const soon = (act: () => unknown): Promise<void> =>
  Promise.resolve()
    .then(act)
    .then(() => undefined);

function queueOf(double: CmqDouble, name: string, secretId: string, keys: Set<string>): CmqQueueUnderTest {
  const setSecrets = (): void => double.setSecrets(Object.fromEntries([...keys].map((id) => [id, DOUBLE_SECRET.key])));
  const endpoint = readEndpoint(double.url) as CmqEndpoint;
  const stats = () => double.stats(name);
  return {
    source: {
      ...{ id: name, account: 'default', transport: 'cmq-queue', keys: [], expired: 'accept' },
      ...{ endpoint, queue: name, secretId, secretKey: DOUBLE_SECRET.key },
    },
    send: (bodies) => soon(() => double.send(name, bodies)),
    remaining: () => Promise.resolve(stats().visible + stats().invisible),
    delivered: () => Promise.resolve(stats().delivered),
    polls: () => Promise.resolve(stats().polls),
    expire: () => soon(() => double.advance(VISIBILITY_SECONDS * 1000)),
    failNextDelete: () =>
      soon(() => double.fault({ kind: 'partial-delete', failing: 3, action: 'BatchDeleteMessage' })),
    setKeyRight: (isRight) => {
      if (isRight) keys.add(secretId);
      else keys.delete(secretId);
      return soon(setSecrets);
    },
  };
}

queueSourceContract('CMQ', {
  anyBytes: true,
  async openLog() {
    const prepare = async (url: string) => {
      await setupPostgresLog({ url, layout: SPEC_LAYOUT });
    };
    const database = await testDatabase({ template: { name: 'ingest_log', prepare } });
    const proxy = await startTcpProxy(database.url);
    const log = makePostgresLog({ url: proxy.through(database.url), statementTimeoutMs: 2000, connectTimeoutMs: 1000 });
    return {
      log,
      cut: (isCut) => proxy.set(isCut ? 'refuse' : 'open'),
      async close() {
        await proxy.close();
        await database.close();
      },
    };
  },
  async openService() {
    const double = await startCmqDouble();
    const keys = new Set<string>();
    let made = 0;
    return {
      create() {
        const name = `events-${(made += 1)}`;
        double.createQueue({ name, visibilityTimeoutSeconds: VISIBILITY_SECONDS, maxMessageBytes: 2 ** 20 });
        const queue = queueOf(double, name, `AKID${name}`, keys);
        return queue.setKeyRight(true).then(() => queue);
      },
      close: () => double.close(),
    };
  },
  async start(log, queues) {
    const sources = queues.map((queue) => (queue as CmqQueueUnderTest).source);
    const { ingest, metrics, health } = await startSources(log, sources);
    return {
      async problem(queue) {
        const { checks } = await health.report();
        return checks.find(({ name }) => name === `source ${(queue as CmqQueueUnderTest).source.id}`)?.reason ?? null;
      },
      isReady: async () => (await health.report()).status === 'ready',
      metrics: () => metrics.text(),
      close: () => ingest.close(),
    };
  },
});
