import { Problem } from '@mps-ledger/platform';
import { ReadModelEmpty } from '@mps-ledger/read-model';
import { LaneFull } from './lane';

interface Fault {
  readonly code: string;
  readonly detail: string;
  /** Seconds. */
  readonly retryAfter: number;
}

const UNREACHABLE: Fault = {
  code: 'database-unreachable',
  detail:
    'Postgres cannot be reached or is starting or stopping. Nothing is lost: answers resume by themselves when it is back.',
  retryAfter: 2,
};
const BUSY: Fault = {
  code: 'database-busy',
  detail: 'No connection to Postgres came free in time: it cannot be reached, or more is asked than it can answer.',
  retryAfter: 2,
};
const SLOW: Fault = {
  code: 'query-too-slow',
  detail:
    'Postgres did not answer within the time a query may take. Ask for less: a narrower filter, received_after, a smaller limit.',
  retryAfter: 5,
};
const NO_SCHEMA: Fault = {
  code: 'read-model-missing',
  detail: 'The database has no schema that this program knows. Run setup, and compare the versions of setup and query.',
  retryAfter: 10,
};
const EMPTY: Fault = {
  code: 'read-model-empty',
  detail: 'No projector has written to the read model yet. Start the projector, and see whether it reaches the log.',
  retryAfter: 5,
};
const LISTS_BUSY: Fault = {
  code: 'lists-busy',
  detail: 'As many lists are read as may be at once, and this one got no turn in time. Ask again in a moment.',
  retryAfter: 1,
};
const REFUSED: Fault = {
  code: 'database-refused',
  detail: 'Postgres refuses this program: see to user, password and grants (DATABASE_URL).',
  retryAfter: 10,
};

const POOLED: Fault = {
  code: 'database-pooler',
  detail:
    'DATABASE_URL leads to a pooler that lends connections by transaction, and this program was not told: set DATABASE_POOLER=transaction.',
  retryAfter: 10,
};

/** Whether a read failed only because there was no connection for it, which may be over in a moment. */
export function passes(error: unknown): boolean {
  const fault = faultOfCode(codeOf(error), messageOf(error));
  return fault === BUSY || fault === UNREACHABLE;
}

/** What a failed read of Postgres means to who asked: 503 with what to do, or null where it is no fault of the surroundings. */
export function faultOf(error: unknown): Problem | null {
  const fault = faultIn(error);
  if (fault === null) return null;
  const { code, detail, retryAfter } = fault;
  return new Problem({ status: 503, code, detail, headers: { 'retry-after': String(retryAfter) }, cause: error });
}

function faultIn(error: unknown): Fault | null {
  if (error instanceof ReadModelEmpty) return EMPTY;
  if (error instanceof LaneFull) return LISTS_BUSY;
  return faultOfCode(codeOf(error), messageOf(error));
}

/** By SQLSTATE (Postgres, appendix A), by the errors of sockets, and by the words of the client, which gives no codes. */
function faultOfCode(code: string, message: string): Fault | null {
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
  const first = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  const code = first instanceof Error ? (first as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
