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

const settingsOf = (name: string) => ({
  ...{ name, visibilityTimeoutSeconds: VISIBILITY_SECONDS, maxMessageBytes: 2 ** 20 },
});

function queueOf(double: CmqDouble, name: string, secretId: string, keys: Set<string>): CmqQueueUnderTest {
  const setSecrets = (): void => double.setSecrets(Object.fromEntries([...keys].map((id) => [id, DOUBLE_SECRET.key])));
  const stats = () => double.stats(name);
  const sourceAt = (url: string): CmqQueueSource => ({
    ...{ id: name, account: 'default', transport: 'cmq-queue', keys: [], expired: 'accept' },
    ...{ endpoint: readEndpoint(url) as CmqEndpoint, queue: name, secretId, secretKey: DOUBLE_SECRET.key },
  });
  return {
    source: sourceAt(double.url),
    sourceOverTls: sourceAt(double.url.replace('http:', 'https:')),
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
    failPolls: (fault, times) => soon(() => double.fault({ ...fault, times, action: 'BatchReceiveMessage' })),
    clearFaults: () => soon(() => double.clearFaults()),
    skewClock: (ms) => soon(() => double.skewClock(ms)),
    remove: () => soon(() => double.deleteQueue(name)),
    restore: () => soon(() => double.createQueue(settingsOf(name))),
  };
}

queueSourceContract('CMQ', {
  anyBytes: true,
  codes: { clock: 'cmq-4100', noQueue: 'cmq-4440', wrongKey: 'cmq-4100' },
  correctsClock: false,
  layout: SPEC_LAYOUT,
  start: startIngestOfQueues,
  async openService() {
    const double = await startCmqDouble();
    const keys = new Set<string>();
    let made = 0;
    return {
      create() {
        const name = `events-${(made += 1)}`;
        double.createQueue(settingsOf(name));
        const queue = queueOf(double, name, `AKID${name}`, keys);
        return queue.setKeyRight(true).then(() => queue);
      },
      close: () => double.close(),
    };
  },
});
