/**
 * `npm run kafka:down [-- --remove-data]`: stops the brokers that `npm run kafka:up` started. Their data stays for the next
 * time, unless told otherwise. Ends with 0, also where none ran; 2 for arguments that it does not know.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { projectRoot } from '../kafka/jars';
import { lowerBrokers } from '../kafka/standing-brokers';

function readArguments(): { removeData: boolean } | undefined {
  try {
    const { values } = parseArgs({ options: { 'remove-data': { type: 'boolean', default: false } } });
    return { removeData: values['remove-data'] };
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const given = readArguments();
  if (given === undefined) {
    console.error('usage: npm run kafka:down -- [--remove-data]');
    process.exitCode = 2;
    return;
  }
  const stopped = await lowerBrokers(join(projectRoot(), '.cache', 'kafka'), given.removeData);
  console.error(stopped === 0 ? 'no broker ran' : `stopped ${stopped === 1 ? 'a broker' : `${stopped} brokers`}`);
}

void main();
