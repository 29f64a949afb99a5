import { WAYS } from './sending/via';

/** One command line option. */
export interface Option {
  /** The allowed values in words; null if it takes no value. */
  readonly allowed: string | null;
  readonly isValid: (value: string) => boolean;
  /** The default; null if there is none. */
  readonly fallback: string | null;
  /** The name of its value in the help. */
  readonly value: string;
  /** Whether its value is never shown. */
  readonly secret?: boolean;
  readonly help: string;
}

const integer = (least: number, most: number): Pick<Option, 'allowed' | 'isValid'> => ({
  allowed: `an integer from ${least} to ${most}`,
  isValid: (value) => /^\d{1,15}$/.test(value) && Number(value) >= least && Number(value) <= most,
});

const decimal = (least: number, most: number, unit = ''): Pick<Option, 'allowed' | 'isValid'> => ({
  allowed: `a number from ${least} to ${most}${unit}`,
  isValid: (value) => /^\d{1,9}(\.\d{1,9})?$/.test(value) && Number(value) >= least && Number(value) <= most,
});

const text = (most: number, what: string): Pick<Option, 'allowed' | 'isValid'> => ({
  allowed: `${what} of 1 to ${most} characters`,
  isValid: (value) => value !== '' && value.length <= most,
});

const url = { allowed: 'an http:// or https:// URL', isValid: isUrl };
const flag = { allowed: null, isValid: () => true, fallback: null, value: '' } as const;

const probability = (help: string): Option => ({ ...decimal(0, 1), fallback: '0', value: 'p', help });

/** All options, in the order of the help. */
export const OPTIONS = {
  to: {
    ...text(4096, 'a URL, or with --via file a file name,'),
    fallback: 'http://127.0.0.1:8081/notify/mps',
    value: 'URL',
    help: 'where to send: a callback URL, or what --via says',
  },
  via: {
    allowed: WAYS.join(', '),
    isValid: (value: string) => WAYS.some((way) => way === value),
    fallback: 'http',
    value: 'W',
    help: 'http: callbacks; topic: pushed as by a CMQ topic; cmq: /send/QUEUE of npm run cmq:double; sqs: a queue URL of ElasticMQ; file: lines of a file for npm run import',
  },
  tasks: {
    ...integer(0, 1_000_000_000),
    fallback: '100',
    value: 'N',
    help: 'number of tasks; 0: send nothing, only --check an earlier --truth',
  },
  rate: { ...decimal(0, 1_000_000), fallback: '0', value: 'R', help: 'sends per second; 0: as fast as possible' },
  connections: {
    ...integer(1, 1000),
    fallback: '16',
    value: 'C',
    help: 'connections; each sends the notifications of one task at a time',
  },
  seed: { ...text(100, 'a text'), fallback: '1', value: 'S', help: 'the same seed gives the same bytes' },
  mode: {
    allowed: 'finish or change',
    isValid: (value: string) => value === 'finish' || value === 'change',
    fallback: 'finish',
    value: 'M',
    help: 'finish: one notification at the end; change: one at every change of status',
  },
  duplicate: probability('per notification: the same bytes are sent again'),
  reorder: probability('per notification: it is swapped with another one of its task'),
  late: probability('per task: a PROCESSING is sent after the FINISH'),
  lose: probability('per send: it is never sent'),
  contradict: probability('per task: a second FINISH has other content'),
  unknown: probability('per task: undocumented kinds, status words, members and event types'),
  sign: {
    ...text(256, 'a NotifyKey'),
    fallback: null,
    value: 'KEY',
    secret: true,
    help: 'sign as MPS does: Timestamp and Sign in the body',
  },
  now: {
    ...integer(0, 99_999_999_999),
    fallback: null,
    value: 'T',
    help: 'unix seconds for the signatures, to reproduce the bytes; default: the current time',
  },
  journal: {
    ...text(4096, 'a file name'),
    fallback: null,
    value: 'FILE',
    help: 'append a JSON line per send: seq, task_id, sha256, status, receipt',
  },
  truth: {
    ...text(4096, 'a file name'),
    fallback: null,
    value: 'FILE',
    help: 'write the expected answer for every task, one JSON line each',
  },
  check: {
    ...url,
    fallback: null,
    value: 'URL',
    help: 'at the end, compare the answers of this API with the truth, e.g. http://127.0.0.1:8080',
  },
  'api-key': {
    ...text(1024, 'a key'),
    fallback: null,
    value: 'KEY',
    secret: true,
    help: 'for --check; default: the first of API_KEYS',
  },
  account: {
    allowed: '1 to 63 characters of a-z 0-9 - that do not begin with -',
    isValid: (value: string) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(value),
    fallback: 'default',
    value: 'NAME',
    help: 'for --truth and --check: the account of the source that is sent to',
  },
  wait: {
    ...decimal(0, 86_400, ' seconds'),
    fallback: '60',
    value: 'SEC',
    help: 'how long --check waits until everything is visible',
  },
  'retry-for': {
    ...decimal(0, 86_400, ' seconds'),
    fallback: '60',
    value: 'SEC',
    help: 'how long a send without a final answer is retried',
  },
  timeout: { ...decimal(0.1, 600, ' seconds'), fallback: '30', value: 'SEC', help: 'how long one request may take' },
  help: { ...flag, help: 'print this' },
} as const satisfies Readonly<Record<string, Option>>;

export type OptionName = keyof typeof OPTIONS;

export function isUrl(value: string): boolean {
  const parsed = URL.canParse(value) ? new URL(value) : null;
  return parsed?.protocol === 'http:' || parsed?.protocol === 'https:';
}

/** What `--help` prints. */
export function helpText(): string {
  const lines = Object.entries(OPTIONS).map(([name, { value, fallback, help }]) => {
    const default_ = fallback === null || fallback === '0' ? '' : ` (${fallback})`;
    return `  ${`--${name} ${value}`.padEnd(16)}${help}${default_}`;
  });
  return `${[...HEAD, ...lines, ...TAIL].join('\n')}\n`;
}

const HEAD = [
  'Simulates MPS: sends notifications of synthetic tasks to a callback URL, and knows the expected state of every task.',
  '',
  'npm run simulate -- [options]                                                       (default)',
];

const TAIL = [
  '',
  'To send bad input, use npm run bad-input.',
  'Exit codes: 0 done; 1 failed or interrupted; 2 invalid options; 3 an answer differs from the truth.',
];
