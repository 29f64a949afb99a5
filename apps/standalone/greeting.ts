import type { Sample } from './sample';

export interface GreetingOptions {
  readonly api: string;
  readonly callbacks: string;
  /** Where the data is. */
  readonly data: string;
  readonly sample: Sample | null;
  /** The API asks for a key. */
  readonly withKey: boolean;
  /** Callbacks must be signed, which the sample is not. */
  readonly signed: boolean;
}

/** What runs where, and two commands to copy. */
export function greeting({ api, callbacks, data, sample, withKey, signed }: GreetingOptions): string {
  const running = [
    'mps-ledger is running:',
    `  API        ${api}  (contract: ${api}/openapi.json)`,
    `  callbacks  ${callbacks}`,
    `  data       ${data}`,
  ];
  if (sample === null || signed) return lines([...running, ...ENDING]);
  const key = withKey ? ` -H "Authorization: Bearer $API_KEY"` : '';
  const task = `${api}/v1/tasks/${encodeURIComponent(sample.taskId)}`;
  return lines([
    ...running,
    'Send the first sample, then look at its task:',
    `  curl -H 'Content-Type: application/json' --data-binary ${quoted(`@${sample.file}`)} ${quoted(callbacks)}`,
    `  curl${key} ${quoted(task)}`,
    ...ENDING,
  ]);
}

const ENDING = ['Ctrl-C stops it.'];

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

/** A word of a shell's command, whatever is in it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
