/**
 * `npm run kafka:down [-- --remove-data] [-- --folder DIR]`: stops the brokers that `npm run kafka:up` started, in the same
 * folder. Their data stays for the next time, unless told otherwise. Ends with 0, also where none ran; 1 where they cannot
 * be stopped; 2 for arguments that it does not know.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { projectRoot } from '../kafka/jars';
import { stopStandingBrokers } from '../kafka/standing-brokers';
import { endWith } from '../kafka/standing-refused';

function readArguments(): { removeData: boolean; folder: string } | undefined {
  try {
    const { values } = parseArgs({
      options: { 'remove-data': { type: 'boolean', default: false }, folder: { type: 'string' } },
    });
    return { removeData: values['remove-data'], folder: resolve(values.folder ?? join(projectRoot(), '.cache/kafka')) };
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const given = readArguments();
  if (given === undefined) {
    console.error('usage: npm run kafka:down -- [--remove-data] [--folder DIR]');
    process.exitCode = 2;
    return;
  }
  const stopped = await stopStandingBrokers(given.folder, given.removeData, (line) => console.error(line));
  console.error(stopped === 0 ? 'no broker ran' : `stopped ${stopped === 1 ? 'a broker' : `${stopped} brokers`}`);
  if (given.removeData) console.error('removed all data');
}

main().catch(endWith);
