import { Problem } from '@mps-ledger/platform';
import { ReadModelEmpty, UnreadableEvent } from '@mps-ledger/read-model';
import { LaneFull, type BusyCode } from './lane';

interface DatabaseFailure {
  readonly code: string;
  readonly detail: string;
  /** Seconds. */
  readonly retryAfter: number;
}

const UNREACHABLE: DatabaseFailure = {
  code: 'database-unreachable',
  detail:
    'Postgres cannot be reached or is starting or stopping. Nothing is lost: answers resume automatically when it is back.',
  retryAfter: 2,
};
const BUSY: DatabaseFailure = {
  code: 'database-busy',
  detail: 'No connection to Postgres became free in time: it cannot be reached, or it is overloaded.',
  retryAfter: 2,
};
const SLOW: DatabaseFailure = {
  code: 'query-too-slow',
  detail:
    'Postgres did not answer within the time limit of a query. Ask for less: a narrower filter, received_after, a smaller limit.',
  retryAfter: 5,
};
const NO_SCHEMA: DatabaseFailure = {
  code: 'read-model-missing',
  detail:
    'The database does not have the schema of this program. Run setup, and compare the versions of setup and query.',
  retryAfter: 10,
};
const EMPTY: DatabaseFailure = {
  code: 'read-model-empty',
  detail: 'No projector has written to the read model yet. Start the projector, and check that it reaches the log.',
  retryAfter: 5,
};
const LISTS_BUSY: DatabaseFailure = {
  code: 'lists-busy',
  detail: 'The maximum number of lists is being read, and this request waited too long. Retry in a moment.',
  retryAfter: 1,
};
const FOLDS_BUSY: DatabaseFailure = {
  code: 'folds-busy',
  detail: 'The maximum number of long histories is being folded, and this request waited too long. Retry in a moment.',
  retryAfter: 2,
};
const FEEDS_BUSY: DatabaseFailure = {
  code: 'feeds-busy',
  detail: 'The maximum number of feeds is being read, and this request waited too long. Retry in a moment.',
  retryAfter: 2,
};
const LANES: Readonly<Record<BusyCode, DatabaseFailure>> = {
  'lists-busy': LISTS_BUSY,
  'folds-busy': FOLDS_BUSY,
  'feeds-busy': FEEDS_BUSY,
};
const UNREADABLE: DatabaseFailure = {
  code: 'history-unreadable',
  detail:
    'The history of this task holds an event that this program cannot read: a projector of another version has written it. Run query and projector of one version.',
  retryAfter: 10,
};
const REFUSED: DatabaseFailure = {
  code: 'database-refused',
  detail: 'Postgres refuses this program: check user, password and grants (DATABASE_URL).',
  retryAfter: 10,
};

const POOLED: DatabaseFailure = {
  code: 'database-pooler',
  detail:
    'DATABASE_URL leads to a pooler that lends connections by transaction, and this program is not configured for that: set DATABASE_POOLER=transaction.',
  retryAfter: 10,
};

/** Whether a read failed only because no connection could be had, so that a retry may succeed. */
export function isTransient(error: unknown): boolean {
  const failure = failureOfCode(codeOf(error), messageOf(error));
  return failure === BUSY || failure === UNREACHABLE;
}

/** The 503 for a failed read of Postgres, with what to do; null where the database is not to blame. */
export function databaseProblem(error: unknown): Problem | null {
  const failure = failureOf(error);
  if (failure === null) return null;
  const { code, detail, retryAfter } = failure;
  return new Problem({ status: 503, code, detail, headers: { 'retry-after': String(retryAfter) }, cause: error });
}

function failureOf(error: unknown): DatabaseFailure | null {
  if (error instanceof ReadModelEmpty) return EMPTY;
  if (error instanceof LaneFull) return LANES[error.busy];
  if (error instanceof UnreadableEvent) return UNREADABLE;
  return failureOfCode(codeOf(error), messageOf(error));
}

/** By SQLSTATE (Postgres, appendix A), by the error codes of sockets, and by the messages of the client, which has no codes. */
function failureOfCode(code: string, message: string): DatabaseFailure | null {
  if (code === '57014' || message === 'Query read timeout') return SLOW;
  if (code === '42P01' || code === '3F000' || code === '42703') return NO_SCHEMA;
  if (code === '26000' || code === '42P05' || message.startsWith('unsupported startup parameter')) return POOLED;
  if (/client password must be|server does not support SSL/.test(message) || isOfCertificate(code)) return REFUSED;
  if (code === '42501' || code.startsWith('28') || code === '3D000') return REFUSED;
  if (message.startsWith('timeout exceeded when trying to connect')) return BUSY;
  if (code === '53300') return BUSY;
  if (/^(08|57P|58|53)/.test(code) || /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|ENOENT)/.test(code))
    return UNREACHABLE;
  if (/^(Connection terminated|Client has encountered a connection error|Client was closed)/.test(message))
    return UNREACHABLE;
  if (message === 'Cannot use a pool after calling end on the pool') return UNREACHABLE;
  return null;
}

/** Codes of Node and OpenSSL. */
const isOfCertificate = (code: string): boolean => /CERT|^UNABLE_TO|^SELF_SIGNED|^ERR_(?:TLS|SSL|OSSL)/.test(code);

function codeOf(error: unknown): string {
  // An AggregateError stands for one attempt per address of the host's name.
  const { errors, code } = membersOf(error);
  const first = Array.isArray(errors) ? membersOf(errors[0]).code : code;
  return typeof first === 'string' ? first : '';
}

function messageOf(error: unknown): string {
  const { message } = membersOf(error);
  return typeof message === 'string' ? message : '';
}

/** Of an error, whatever made it: one of another realm is no `Error` here. */
function membersOf(error: unknown): Readonly<Partial<Record<'code' | 'errors' | 'message', unknown>>> {
  return typeof error === 'object' && error !== null ? error : {};
}
