import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '@mps-ledger/spec-kit';

/** What the example prints of an event. */
export interface PrintedEvent {
  readonly partition: number;
  readonly offset: string;
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly time?: string;
  readonly data: unknown;
}

/** One run of the example: its lines, and what it said beside them. */
export interface ExampleRun {
  readonly events: readonly PrintedEvent[];
  readonly complaints: string;
}

/**
 * Runs the example, as it is documented, until it has printed so many events, and ends it as Ctrl-C does. Rejects where it
 * ends otherwise.
 */
export async function runExample(
  command: string,
  variables: Readonly<Record<string, string>>,
  count: number,
): Promise<ExampleRun> {
  const env = { PATH: process.env['PATH'] ?? '', ...variables };
  // `exec`, so that the signal reaches the example and not a shell around it.
  const child = spawn('bash', ['-c', `exec env ${command}`], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: string[] = [];
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const ended = once(child, 'close');
  const lines = () => printed.join('').split('\n').slice(0, -1);
  try {
    const what = () => `${count} events, not ${lines().length}: ${complaints}`;
    await eventually(() => lines().length >= count || child.exitCode !== null, { timeoutMs: 60_000, what });
  } finally {
    child.kill('SIGINT');
  }
  const [code] = (await ended) as [number | null];
  if (code !== 0 || lines().length < count) throw new Error(`the example ended with ${code}: ${complaints}`);
  return { events: lines().map((line) => JSON.parse(line) as PrintedEvent), complaints };
}
