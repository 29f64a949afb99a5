/**
 * Follows a topic of a Postgres log and prints each event as a JSON line: `owned`, `batch`, `aborted`, `done`, `failure`. A batch
 * takes `workMs`. Runs until SIGTERM.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { makePostgresLog } from '@mps-ledger/event-log';

export interface FollowLogArguments {
  readonly url: string;
  readonly group: string;
  readonly topic: string;
  readonly leaseMs?: number;
  readonly exclusive?: boolean;
  /** Duration of a batch, in ms. Default 0. */
  readonly workMs?: number;
}

const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

async function main({ url, group, topic, workMs = 0, ...options }: FollowLogArguments): Promise<void> {
  const log = makePostgresLog({ url, ...options, applicationName: 'follow-log' });
  log.follow({
    group,
    topic,
    onOwnership: (partition, owned) => say({ owned, partition }),
    onFailure: ({ partition, error }) => say({ failure: String(error), partition }),
    onBatch: async ({ partition, from, to, records, signal }) => {
      signal.addEventListener('abort', () => say({ aborted: true, partition, from }));
      say({ batch: true, partition, from, to, values: records.map(({ value }) => String(value)) });
      await pause(workMs);
      say({ done: true, partition, from, to, aborted: signal.aborted });
      return to;
    },
  });
  process.once('SIGTERM', () => {
    void log.close().then(() => say({ closed: true }));
  });
}

void main(JSON.parse(process.env['ARGUMENTS'] ?? '{}') as FollowLogArguments);
