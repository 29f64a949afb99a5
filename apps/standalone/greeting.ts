import type { Sample } from './sample';

export interface GreetingOptions {
  readonly api: string;
  readonly callbacks: string;
  /** The API that parses notifications as the vendor does. */
  readonly mpsApi: string;
  /** Name of the queue that is received from as well, if any. */
  readonly queue?: string | undefined;
  /** Description of the place of the data. */
  readonly data: string;
  readonly sample: Sample | null;
  /** Whether the API requires a key. */
  readonly withKey: boolean;
  /** Whether callbacks must be signed; the sample is not. */
  readonly signed: boolean;
}

/** The message after the start: addresses, and two commands to copy. The second one waits for the task of the first. */
export function greeting({ api, callbacks, queue, mpsApi, data, sample, withKey, signed }: GreetingOptions): string {
  const running = [
    'mps-ledger is running:',
    `  API        ${api}  (contract: ${api}/openapi.json)`,
    `  callbacks  ${callbacks}`,
    ...(queue === undefined ? [] : [`  queue      ${queue}`]),
    `  mps-api    ${mpsApi}  (ParseNotification, for the vendor's SDKs: docs/mps-api.md)`,
    `  data       ${data}`,
  ];
  if (sample === null) return lines([...running, ...ENDING]);
  if (signed) return lines([...running, UNSIGNED, ...ENDING]);
  const key = withKey ? ' -H "Authorization: Bearer ${API_KEYS%%,*}"' : '';
  const task = `${api}/v1/tasks/${encodeURIComponent(sample.taskId)}?until=finished`;
  return lines([
    ...running,
    'Send the first sample, then read its task:',
    `  curl -H 'Content-Type: application/json' --data-binary ${quoted(`@${sample.file}`)} ${quoted(callbacks)}`,
    `  curl${key} -H 'Prefer: wait=10' ${quoted(task)}`,
    ...ENDING,
  ]);
}

const UNSIGNED =
  'MPS_NOTIFY_KEY is set, so only signed notifications are accepted; the unsigned sample cannot be sent.';

const ENDING = ['Ctrl-C stops it.'];

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

/** Quotes a word for a shell command. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
