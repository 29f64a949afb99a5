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

/** What runs where, and two commands to copy, one after the other or both at once: the second waits for the first's task. */
export function greeting({ api, callbacks, data, sample, withKey, signed }: GreetingOptions): string {
  const running = [
    'mps-ledger is running:',
    `  API        ${api}  (contract: ${api}/openapi.json)`,
    `  callbacks  ${callbacks}`,
    `  data       ${data}`,
  ];
  if (sample === null) return lines([...running, ...ENDING]);
  if (signed) return lines([...running, UNSIGNED, ...ENDING]);
  const key = withKey ? ' -H "Authorization: Bearer ${API_KEYS%%,*}"' : '';
  const task = `${api}/v1/tasks/${encodeURIComponent(sample.taskId)}?until=finished`;
  return lines([
    ...running,
    'Send the first sample, then look at its task:',
    `  curl -H 'Content-Type: application/json' --data-binary ${quoted(`@${sample.file}`)} ${quoted(callbacks)}`,
    `  curl${key} -H 'Prefer: wait=10' ${quoted(task)}`,
    ...ENDING,
  ]);
}

const UNSIGNED =
  'With MPS_NOTIFY_KEY only signed notifications are taken, and the sample is not: there is none to send.';

const ENDING = ['Ctrl-C stops it.'];

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

/** A word of a shell's command, whatever is in it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
