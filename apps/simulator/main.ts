import { setMaxListeners } from 'node:events';
import { ConfigurationError, printableLines, UsageError } from '@mps-ledger/platform';
import { readArguments } from './arguments';
import { helpText } from './options';
import { run } from './run';
import { apiKeyOf } from './simulator.config';
import { summaryJson, summaryText } from './summary';

/** Runs the command line program; returns the exit code. */
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

/** The first signal ends the run gracefully; a second one ends the process, unless it is the same one forwarded by npm. */
function stoppedBySignal(err: NodeJS.WriteStream): AbortSignal {
  const stopping = new AbortController();
  // Every waiting send adds a listener, up to the number of connections.
  setMaxListeners(0, stopping.signal);
  let first = 0;
  const stop = (): void => {
    const now = performance.now();
    if (stopping.signal.aborted && now - first > 300) process.exit(1);
    if (stopping.signal.aborted) return;
    first = now;
    stopping.abort();
    err.write('stopping: waiting for sends in flight, then writing journal and truth; press again to exit at once\n');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return stopping.signal;
}

// A reader that closes the pipe early must not make the program fail.
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
