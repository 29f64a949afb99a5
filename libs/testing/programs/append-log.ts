/** Appends `count` numbered texts to a partition of a Postgres log, one by one, and prints each acknowledged one. */
import { LogUnavailable, makePostgresLog } from '@mps-ledger/event-log';

export interface AppendLogArguments {
  readonly url: string;
  readonly topic: string;
  readonly partition: number;
  readonly name: string;
  readonly count: number;
  /** Appends in flight at once. Default 1. */
  readonly atOnce?: number;
}

const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

async function main({ url, topic, partition, name, count, atOnce = 1 }: AppendLogArguments): Promise<void> {
  const log = makePostgresLog({ url, applicationName: 'append-log', maxConnections: atOnce });
  let next = 0;
  const appendSome = async (): Promise<void> => {
    while (next < count) {
      const text = `${name}-${next}`;
      next += 1;
      try {
        const { offsets } = await log.append(topic, partition, [{ key: null, value: Buffer.from(text), headers: {} }]);
        say({ acknowledged: text, offset: offsets[0] });
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        say({ unknown: text });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, appendSome));
  await log.close();
}

void main(JSON.parse(process.env['ARGUMENTS'] ?? '{}') as AppendLogArguments);
