import { setMaxListeners } from 'node:events';
import { ConfigurationError, printableLines, UsageError } from '@mps-ledger/platform';
import { readArguments } from './arguments';
import { helpText } from './options';
import { run } from './run';
import { apiKeyOf } from './simulator.config';
import { summaryJson, summaryText } from './summary';

/** The command line program: answers its exit code. */
async function main(words: readonly string[]): Promise<number> {
  const args = readArguments(words);
  if (args.help) {
    process.stdout.write(helpText());
    return 0;
  }
  const { stdout, stderr: err } = process;
  const apiKey = apiKeyOf(process.env);
  const summary = await run({ args, err, stopped: stoppedBySignal(err), apiKey });
  stdout.write(stdout.isTTY ? summaryText(summary) : summaryJson(summary));
  return summary.exitCode;
}

/** The first signal ends the run in order; a second one, unless it is the same one passed on by npm, ends the process. */
function stoppedBySignal(err: NodeJS.WriteStream): AbortSignal {
  const stopping = new AbortController();
  // Every send that waits listens: as many as there are connections.
  setMaxListeners(0, stopping.signal);
  let first = 0;
  const stop = (): void => {
    const now = performance.now();
    if (stopping.signal.aborted && now - first > 300) process.exit(1);
    if (stopping.signal.aborted) return;
    first = now;
    stopping.abort();
    err.write('stopping: what is under way is awaited, then journal and truth are written; again to end at once\n');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return stopping.signal;
}

// Whoever reads our output may go away first; that is no reason to fail.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

function exitCodeOf(error: unknown): number {
  return error instanceof UsageError || error instanceof ConfigurationError ? error.exitCode : 1;
}

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${printableLines(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = exitCodeOf(error);
  },
);
