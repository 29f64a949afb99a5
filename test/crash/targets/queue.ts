import { eventually } from '@mps-ledger/spec-kit';
import { DOUBLE_SECRET, startCmqDouble, type CmqDouble } from '@mps-ledger/testing';
import { makeStandalone, type StandaloneTarget } from './standalone';

/** The standalone program, which receives from a queue of the double of CMQ; the simulator sends to the queue. */
export interface QueueTarget extends StandaloneTarget {
  readonly cmq: CmqDouble;
  /** Messages delivered so far, redeliveries included. */
  delivered(): number;
}

const QUEUE = 'mps-events';
/** Short, so that what was received and not deleted comes again within a round. */
export const VISIBILITY_SECONDS = 3;

export async function makeQueueTarget(folder: string): Promise<QueueTarget> {
  const queue = { name: QUEUE, visibilityTimeoutSeconds: VISIBILITY_SECONDS };
  const cmq = await startCmqDouble({ queues: [queue], plainSend: true });
  const { id, key } = DOUBLE_SECRET;
  const settings = { CMQ_ENDPOINT: cmq.url, CMQ_QUEUE: QUEUE, CMQ_SECRET_ID: id, CMQ_SECRET_KEY: key };
  const target = await makeStandalone({ folder, settings });
  return {
    ...target,
    cmq,
    delivered: () => cmq.stats(QUEUE).delivered,
    way: { via: 'cmq', to: `${cmq.url}/send/${QUEUE}` },
    received: () =>
      eventually(() => cmq.bodies(QUEUE).length === 0, { timeoutMs: 120_000, what: 'an empty queue' }).then(
        () => undefined,
      ),
    async close() {
      await target.close();
      await cmq.close();
    },
  };
}
