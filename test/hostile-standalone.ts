/**
 * The standalone program over a log that keeps the port's promises and no more: records come twice, batches are cut and
 * taken away, offsets have gaps, acknowledgements get lost. What holds here holds on any driver. The seed is
 * `HOSTILE_SEED`; it is printed with what was committed in its name.
 */
import type { EventLog } from '@mps-ledger/event-log';
import { runProgram } from '@mps-ledger/platform';
import { hostile, realEnds } from '@mps-ledger/testing';
import { openDatabase } from '../apps/standalone/database';
import { STANDALONE_FAILPOINTS } from '../apps/standalone/failpoints';
import { startParts } from '../apps/standalone/running';
import { standaloneMistakes, standaloneSettings } from '../apps/standalone/standalone.config';

const seed = Number(process.env['HOSTILE_SEED'] ?? Date.now() % 1_000_000);

void runProgram({
  name: 'hostile-standalone',
  schema: standaloneSettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_'],
  failpoints: STANDALONE_FAILPOINTS,
  check: standaloneMistakes,
  async start(program) {
    const database = await openDatabase(program);
    const wrap = (log: EventLog): EventLog => {
      const wrapped = hostile(log, { seed });
      program.onClose('hostilities', () => {
        process.stdout.write(`${JSON.stringify({ seed, deeds: wrapped.deeds })}\n`);
      });
      return wrapped;
    };
    const { api, callbacks, mpsApi } = await startParts(program, database, { wrap, realEnds });
    process.stdout.write(`${JSON.stringify({ seed, api, callbacks, mpsApi })}\n`);
  },
});
