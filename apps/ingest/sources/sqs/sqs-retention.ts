import type * as sdk from '@aws-sdk/client-sqs';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** The default of MessageRetentionPeriod. */
const DEFAULT_SECONDS = 4 * 24 * 3600;
/** It may be changed while the queue is received from. */
const LOOK_EVERY_MS = 3_600_000;

/** How long a queue of SQS keeps a message, counted from sending. */
export interface SqsRetention {
  /** As far as is known: the default until the queue has said it, and where the key may not read attributes. */
  readonly ms: number;
  /** Asks the queue, at most once an hour, in the background. Never throws. */
  look(client: SQSClient, commands: typeof sdk): void;
}

export function makeSqsRetention(QueueUrl: string, now: () => number = () => performance.now()): SqsRetention {
  let seconds = DEFAULT_SECONDS;
  let lookedAt = -Infinity;
  return {
    get ms() {
      return seconds * 1000;
    },
    look(client, commands) {
      if (now() - lookedAt < LOOK_EVERY_MS) return;
      lookedAt = now();
      const command = new commands.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['MessageRetentionPeriod'] });
      const read = async (): Promise<void> => {
        const found = Number((await client.send(command)).Attributes?.MessageRetentionPeriod);
        if (found > 0) seconds = found;
      };
      // A key without that right receives all the same.
      read().catch(() => undefined);
    },
  };
}
