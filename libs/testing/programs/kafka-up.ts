/**
 * `npm run kafka:up [-- --brokers 3] [-- --port 9092]`: brokers on this machine for trying things out, which run until
 * `npm run kafka:down`. Says how to use them on stdout, what it does on stderr. Ends with 0; 1 where they do not start; 2
 * for arguments that it does not know.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { NoKafka, projectRoot } from '../kafka/jars';
import { raiseBrokers, StandingRefused } from '../kafka/standing-brokers';

const USAGE = 'usage: npm run kafka:up -- [--brokers 1|3|5] [--port 9092]';

function readArguments(): { count: number; firstPort: number } | undefined {
  try {
    const { values } = parseArgs({ options: { brokers: { type: 'string' }, port: { type: 'string' } } });
    const [count, firstPort] = [Number(values.brokers ?? 1), Number(values.port ?? 9092)];
    const isSound = [1, 3, 5].includes(count) && Number.isInteger(firstPort) && firstPort > 0 && firstPort < 65_500;
    return isSound ? { count, firstPort } : undefined;
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
  const folder = join(projectRoot(), '.cache', 'kafka');
  try {
    const address = await raiseBrokers({ ...given, folder, tell: (line) => console.error(line) });
    console.log(`KAFKA_BROKERS=${address}`);
    if (given.count < 3) console.log('KAFKA_SINGLE_BROKER=true');
  } catch (error) {
    if (!(error instanceof NoKafka) && !(error instanceof StandingRefused)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

void main();
