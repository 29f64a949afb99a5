import { readEndpoint, type CmqEndpoint } from '@mps-ledger/cmq';
import {
  DOUBLE_SECRET,
  queueSourceContract,
  startCmqDouble,
  type CmqDouble,
  type QueueUnderTest,
} from '@mps-ledger/testing';
import { SPEC_LAYOUT } from '../../testing/callback-listener';
import { startIngestOfQueues } from '../../testing/ingest-of-queues';
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
  layout: SPEC_LAYOUT,
  start: startIngestOfQueues,
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
});
