import { ConfigurationError } from '../configuration/configuration-error';
import { printableLines } from '../logging/printable';
import { StartFailure } from './start-failure';
import { UsageError } from './usage-error';

type ErrorClass = abstract new (...given: never[]) => Error;

/** A program of the command line: it does one thing and exits. */
export interface Tool {
  /** Does it; answers the exit code. `signal` is aborted by the first Ctrl-C or SIGTERM, the second one ends the process. */
  readonly work: (signal: AbortSignal) => Promise<number>;
  /** Printed where it was stopped before its end. */
  readonly interrupted: string;
  /** Printed before an unexpected error, such as `The ledger could not be verified`. */
  readonly failed: string;
  /** Classes of errors with a complete message for people, beside those of settings, of usage and of starting. */
  readonly forPeople: readonly ErrorClass[];
}

/** Runs a tool in this process: sets the exit code, and prints errors on standard error. */
export function runTool(tool: Tool): void {
  void tool.work(onInterrupt(tool.interrupted)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      const { text, exitCode } = describeFailure(error, tool);
      process.stderr.write(text);
      process.exitCode = exitCode;
    },
  );
}

function onInterrupt(said: string): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stopping.abort(new StartFailure('interrupted', said));
    });
  return stopping.signal;
}

/** What is said of a failure, fit for a terminal, and the exit code: 2 for what its user asked for wrongly, else 1. */
export function describeFailure(
  error: unknown,
  { failed, forPeople }: Pick<Tool, 'failed' | 'forPeople'>,
): { readonly text: string; readonly exitCode: number } {
  const isWrongUse = error instanceof UsageError || error instanceof ConfigurationError;
  const isForPeople = isWrongUse || [StartFailure, ...forPeople].some((one) => error instanceof one);
  const said = isForPeople ? messageOf(error) : `${failed}: ${described(error)}`;
  return { text: `${printableLines(said)}\n`, exitCode: isWrongUse ? error.exitCode : 1 };
}

/** A service that is not there is no defect of ours, and needs no stack. */
function described(error: unknown): string {
  // Several addresses of one host, all refused.
  const one: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  if (!(one instanceof Error)) return String(one);
  return 'code' in one ? one.message : (one.stack ?? one.message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
