/**
 * `npm run kafka:up [-- --brokers 3] [-- --port 9092] [-- --folder DIR]`: starts local brokers, which run until
 * `npm run kafka:down`. Data and state files are in `.cache/kafka` by default. Prints how to use them on stdout, and progress on
 * stderr. Exit codes: 0; 1 if they do not start; 2 for unknown arguments.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { projectRoot } from '../kafka/jars';
import { startStandingBrokers } from '../kafka/standing-brokers';
import { endWith } from '../kafka/standing-refused';

const USAGE = 'usage: npm run kafka:up -- [--brokers 1|3|5] [--port 9092] [--folder DIR]';

interface Given {
  readonly count: number;
  readonly firstPort: number | undefined;
  readonly folder: string;
}

function readArguments(): Given | undefined {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ options: { brokers: text, port: text, folder: text } });
    const count = Number(values.brokers ?? 1);
    const firstPort = values.port === undefined ? undefined : Number(values.port);
    const isPort = firstPort === undefined || (Number.isInteger(firstPort) && firstPort > 0 && firstPort < 65_500);
    const folder = resolve(values.folder ?? join(projectRoot(), '.cache/kafka'));
    return [1, 3, 5].includes(count) && isPort ? { count, firstPort, folder } : undefined;
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const given = readArguments();
  if (given === undefined) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const address = await startStandingBrokers({ ...given, tell: (line) => console.error(line) });
  console.log(`KAFKA_BROKERS=${address}`);
  if (given.count < 3) console.log('KAFKA_SINGLE_BROKER=true');
}

main().catch(endWith);
