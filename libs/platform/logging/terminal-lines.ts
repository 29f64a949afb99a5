import type { DestinationStream } from 'pino';

import { printable, printableLines } from './printable';

interface Line {
  readonly level?: string;
  readonly time?: string;
  readonly app?: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
  readonly [member: string]: unknown;
}

const COLOURS: Readonly<Record<string, string>> = { warn: '33', error: '31', fatal: '31;1', debug: '2', trace: '2' };

/**
 * Converts JSON log lines to short readable ones: `12:03:04.123 warn  ingest: waiting for the log (attempt=3)`. Control characters are
 * escaped, since members, messages and stacks may contain text from outside.
 */
export function terminalLines(
  out: { write(text: string): unknown },
  { colour }: { readonly colour: boolean },
): DestinationStream {
  return {
    write(text: string): void {
      out.write(`${shortened(text, colour)}\n`);
    },
  };
}

function shortened(text: string, colour: boolean): string {
  const line = parsed(text);
  if (line === null) return printableLines(text.trimEnd());
  const { level = '', time = '', app = '', msg = '', err, ...rest } = line;
  const members = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const head = printable(`${time.slice(11, 23)} ${level.padEnd(5)} ${app}: ${msg}`);
  const tail = members.length === 0 ? '' : printable(` (${members.join(' ')})`);
  const stack = err === undefined ? '' : `\n  ${indented(err.stack ?? err.message ?? '')}`;
  const paint = colour ? COLOURS[level] : undefined;
  return paint === undefined ? head + tail + stack : `\u001b[${paint}m${head}\u001b[0m${tail}${stack}`;
}

function indented(stack: string): string {
  return printableLines(stack).replaceAll('\n', '\n  ');
}

function parsed(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? (line as Line) : null;
  } catch {
    return null;
  }
}
