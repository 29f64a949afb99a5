/**
 * `npm run kafka:down [-- --remove-data] [-- --folder DIR]`: stops the brokers that `npm run kafka:up` started in the same folder.
 * Their data is kept unless `--remove-data` is given. Exit codes: 0, also if none was running; 1 if they cannot be stopped; 2 for
 * unknown arguments.
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
  console.error(
    stopped === 0 ? 'no broker was running' : `stopped ${stopped === 1 ? 'a broker' : `${stopped} brokers`}`,
  );
  if (given.removeData) console.error('removed all data');
}

main().catch(endWith);
