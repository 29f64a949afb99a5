import type { ExportedTopic, ExportSelection } from '@mps-ledger/exports';
import { parseWords, UsageError } from '@mps-ledger/platform';
import { DEFAULT_ACCOUNT, isAccount, parsePosition } from '@mps-ledger/records';
import { USAGE } from './usage';

export interface ExportArguments {
  /** The file to create; null for standard output. */
  readonly out: string | null;
  /** Of the event log, or of the raw log; null: the whole raw log. */
  readonly selected: Selected | null;
  /** The result as one JSON object. */
  readonly json: boolean;
  readonly help: boolean;
}

/** What is exported where it is not the whole raw log. */
export interface Selected {
  readonly of: ExportedTopic;
  readonly selection: ExportSelection;
}

const OPTIONS = {
  out: { type: 'string', short: 'o' },
  task: { type: 'string' },
  'task-json': { type: 'string' },
  account: { type: 'string' },
  since: { type: 'string' },
  until: { type: 'string' },
  from: { type: 'string' },
  raw: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ReturnType<typeof parseWords<typeof OPTIONS>>['values'];

/** Parses the command line. @throws UsageError */
export function readExportArguments(words: readonly string[]): ExportArguments {
  const { values } = parseWords(words, { options: OPTIONS, usage: USAGE });
  const { out, raw, json, help } = values;
  if (help) return { out: null, selected: null, json, help };
  if (out === '') throw new UsageError(`--out needs the name of a file.\n\n${USAGE}`);
  if (json && out === undefined) throw new UsageError('--json needs --out FILE: standard output holds the export.');
  const selection = selectionOf(values);
  const selected = selection === null ? null : ({ of: raw ? 'notifications' : 'events', selection } as const);
  return { out: out ?? null, selected, json, help };
}

function selectionOf(values: Values): ExportSelection | null {
  const { since, until, from, account } = values;
  const taskId = taskOf(values);
  const byTime = since !== undefined || until !== undefined;
  if ([taskId !== null, byTime, from !== undefined].filter(Boolean).length > 1)
    throw new UsageError('--task, --since/--until and --from exclude each other: give one of them.');
  if (account !== undefined && taskId === null)
    throw new UsageError('--account needs --task: it says whose task it is.');
  if (taskId !== null) return { task_id: taskId, account: accountOf(account) };
  if (byTime) return timesOf(since, until);
  if (from === undefined) return null;
  if (parsePosition(from) !== null) return { from };
  throw new UsageError(
    `--from ${JSON.stringify(from)} is no position: the header Ledger-Position of an answer of the API has one (p1.<log id>.…).`,
  );
}

function taskOf({ task, 'task-json': json }: Values): string | null {
  if (task !== undefined && json !== undefined)
    throw new UsageError('--task and --task-json both name a task: give one.');
  if (task === '') throw new UsageError('--task needs a TaskId.');
  if (json === undefined) return task ?? null;
  const parsed = parsedText(json);
  if (typeof parsed === 'string') return parsed;
  throw new UsageError(
    String.raw`--task-json ${JSON.stringify(json)} is no JSON text such as "a\u0000b", with its quotation marks.`,
  );
}

function parsedText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function accountOf(account = DEFAULT_ACCOUNT): string {
  if (isAccount(account)) return account;
  throw new UsageError(
    `--account ${JSON.stringify(account)} must be 1 to 63 characters of a-z 0-9 - and not begin with -`,
  );
}

function timesOf(since: string | undefined, until: string | undefined): ExportSelection {
  const times = { since: timeOf('--since', since), until: timeOf('--until', until) };
  if (times.since !== null && times.until !== null && times.since >= times.until)
    throw new UsageError(`--until ${until ?? ''} must be after --since ${since ?? ''}.`);
  return times;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/** RFC 3339 in UTC with milliseconds, as the log has its times. */
function timeOf(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  const time = TIME.test(text) ? new Date(text) : new Date(NaN);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new UsageError(
    `${option} ${JSON.stringify(text)} is no time such as 2026-11-30T02:13:00Z or 2026-11-30T02:13:00+08:00.`,
  );
}
