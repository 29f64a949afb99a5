import type { ConfiguredSource } from '../ingest/sources/notification-sources';
import { quoted, sampleCommand, type Sample } from './sample';

export interface GreetingOptions {
  readonly api: string;
  /** Where callbacks of the first source that is called are taken. */
  readonly callbacks: string;
  /** Where notifications come from. */
  readonly sources: readonly ConfiguredSource[];
  /** The API that parses notifications as the vendor does. */
  readonly mpsApi: string;
  /** Description of the place of the data. */
  readonly data: string;
  readonly sample: Sample | null;
  /** Where the key comes from that the API requires: one of `API_KEYS`, or one of the database. Null: it requires none. */
  readonly key: 'API_KEYS' | 'database' | null;
  /** Whether callbacks must be signed; the sample is not. */
  readonly signed: boolean;
}

/** The message after the start: addresses, two commands to copy, of which the second one waits for the task of the first; and the page. */
export function greeting({ api, callbacks, sources, mpsApi, data, sample, key, signed }: GreetingOptions): string {
  const running = [
    'mps-ledger is running:',
    `  API        ${api}  (contract: ${api}/openapi.json)`,
    ...callbackLines(callbacks, sources),
    ...queueLines(sources),
    `  mps-api    ${mpsApi}  (ParseNotification, for the vendor's SDKs: docs/mps-api.md)`,
    `  data       ${data}`,
  ];
  const ending = ['Ctrl-C stops it. To look at the tasks, open', `  ${api}/`];
  if (sample === null) return lines([...running, ...ending]);
  if (signed) return lines([...running, UNSIGNED, ...ending]);
  const task = `${api}/v1/tasks/${encodeURIComponent(sample.taskId)}?until=finished`;
  return lines([
    ...running,
    'Send the first sample, then read its task:',
    `  ${sampleCommand(sample, callbacks)}`,
    `  curl${KEY_WORDS[key ?? 'none']} -H 'Prefer: wait=10' ${quoted(task)}`,
    ...(key === 'database' ? [MAKE_KEY] : []),
    ...ending,
  ]);
}

function callbackLines(first: string, sources: readonly ConfiguredSource[]): readonly string[] {
  const called = sources.filter((source) => 'path' in source).length;
  if (called === 0) return [];
  return [`  callbacks  ${first}${called === 1 ? '' : `  (and ${called - 1} more, of SOURCES_FILE)`}`];
}

/** Queues that are named; of more only the number is said. */
const MAX_QUEUES = 5;

function queueLines(sources: readonly ConfiguredSource[]): readonly string[] {
  const queues = sources.flatMap((source) => ('path' in source ? [] : [source]));
  const shown = queues.slice(0, MAX_QUEUES).map((source) => {
    const name = source.transport === 'sqs' ? source.queueUrl : source.queue;
    return `  queue      ${name}  (source ${source.id})`;
  });
  const more = queues.length - shown.length;
  return more === 0 ? shown : [...shown, `  queue      and ${more} more, of SOURCES_FILE`];
}

const KEY_WORDS = {
  API_KEYS: ' -H "Authorization: Bearer ${API_KEYS%%,*}"',
  database: ' -H "Authorization: Bearer $KEY"',
  none: '',
};
const MAKE_KEY = '  (KEY: a key with the scope read, made by npm run keys -- create)';

const UNSIGNED =
  'MPS_NOTIFY_KEY is set, so only signed notifications are accepted; the unsigned sample cannot be sent.';

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;
