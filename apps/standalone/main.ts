import { setTimeout as pause } from 'node:timers/promises';
import { describePlaces } from '@mps-ledger/event-log';
import { printableLines, runProgram } from '@mps-ledger/platform';
import { surviveHangups } from '../ingest/sources/survive-hangups';
import { openDatabase } from './database';
import { STANDALONE_FAILPOINTS } from './failpoints';
import { greeting } from './greeting';
import { findSample } from './sample';
import { standaloneMistakes, standaloneSettings } from './standalone.config';

/** Delay before the other modules are loaded, so that starting the database's process is not delayed by it. */
const HEAD_START_MS = 10;

void runProgram({
  name: 'standalone',
  schema: standaloneSettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_', 'CMQ_', 'SQS_'],
  failpoints: STANDALONE_FAILPOINTS,
  check: standaloneMistakes,
  async start(program) {
    const { config } = program;
    surviveHangups(config);
    const [database, { startParts }] = await Promise.all([openDatabase(program), loadParts()]);
    // Sources of a file may be signed, or none may be called.
    const sample = config.SOURCES_FILE === undefined ? findSample() : null;
    const signed = config.MPS_NOTIFY_KEY !== undefined;
    const { api, callbacks, sources, mpsApi } = await startParts(program, database, { sample: signed ? null : sample });
    const data = describePlaces(database.where, config);
    const key = config.API_KEYS !== undefined ? 'API_KEYS' : (await isKeyNeeded(api)) ? 'database' : null;
    const message = greeting({ api, callbacks, sources, mpsApi, data, sample, key, signed });
    process.stdout.write(printableLines(message));
  },
});

/** Whether the API asks for a key: there may be some in the database. */
function isKeyNeeded(api: string): Promise<boolean> {
  return fetch(`${api}/openapi.json`, { method: 'HEAD' }).then(
    ({ status }) => status === 401,
    () => false,
  );
}

/** Loads the rest of the program while the database starts. */
async function loadParts() {
  await pause(HEAD_START_MS);
  return import('./running.js');
}
