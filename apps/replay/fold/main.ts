import { pipeline } from 'node:stream/promises';
import { ExportDamaged, InputFailure, makeRunDisplay } from '@mps-ledger/exports';
import { runTool, StartFailure } from '@mps-ledger/platform';
import { readFoldArguments } from './arguments';
import { runFold } from './run';
import { USAGE } from './usage';

/** Returns the exit code. */
async function work(signal: AbortSignal): Promise<number> {
  const args = readFoldArguments(process.argv.slice(2));
  if (args.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const display = makeRunDisplay({ stream: process.stderr, step: 'folding', unit: 'records', measure: 'bytes' });
  try {
    await pipeline(runFold({ args, display, signal }), process.stdout, { end: false });
  } catch (error) {
    if (!(error instanceof ExportDamaged)) throw error;
    const name = args.file === '-' ? 'standard input' : args.file;
    throw new StartFailure(error.code, `${name} is not folded: ${error.message}.`, { cause: error });
  } finally {
    display.end();
  }
  return 0;
}

runTool({
  work,
  interrupted: 'Stopped before its end.',
  failed: 'The file could not be folded',
  forPeople: [InputFailure],
});
