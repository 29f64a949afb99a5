import type { DestinationStream } from 'pino';

interface Line {
  readonly level?: string;
  readonly time?: string;
  readonly app?: string;
  readonly msg?: string;
  readonly err?: { readonly stack?: string; readonly message?: string };
  readonly [member: string]: unknown;
}

const COLOURS: Readonly<Record<string, string>> = { warn: '33', error: '31', fatal: '31;1', debug: '2', trace: '2' };

/** Turns log lines into short ones for people: `12:03:04.123 warn  ingest: waiting for the log (attempt=3)`. */
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
  if (line === null) return text.trimEnd();
  const { level = '', time = '', app = '', msg = '', err, ...rest } = line;
  const members = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const head = `${time.slice(11, 23)} ${level.padEnd(5)} ${app}: ${msg}`;
  const tail = members.length === 0 ? '' : ` (${members.join(' ')})`;
  const stack = err === undefined ? '' : `\n  ${(err.stack ?? err.message ?? '').replaceAll('\n', '\n  ')}`;
  const paint = colour ? COLOURS[level] : undefined;
  return paint === undefined ? head + tail + stack : `\u001b[${paint}m${head}\u001b[0m${tail}${stack}`;
}

function parsed(text: string): Line | null {
  try {
    return JSON.parse(text) as Line;
  } catch {
    return null;
  }
}
