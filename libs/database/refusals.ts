import { Client } from 'pg';

/** Why a database cannot be used as it is asked, and what would be right. */
export interface DatabaseRefusal {
  /** One sentence without its end: what is wrong, and the right or the setting to change. No secret. */
  readonly words: string;
  /** `never`: something has to be changed. `maybe`: a name that is not known yet. */
  readonly passes: 'never' | 'maybe';
  /** An error says so, or a look at the database has shown it. */
  readonly by: 'error' | 'look';
}

/** The members that an error is recognised by. */
interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly detail: string;
}

/** Who asks, and where. */
export interface Asking {
  readonly url: string;
  /** The variable that the URL came from. Default `DATABASE_URL`. */
  readonly setting?: string;
}

/**
 * What an error of Postgres, of a pooler before it or of the way there means to the operator; null where it may
 * pass without a change (nothing listens, starting up, too many connections) or says nothing about rights and settings. The causes of
 * an error are looked at, too.
 */
export function refusalOf(error: unknown, { url, setting = 'DATABASE_URL' }: Asking): DatabaseRefusal | null {
  for (let one: unknown = error; isObject(one); one = one['cause']) {
    const facts = factsOf(firstOf(one));
    const words = wordsFor(facts, { ...names(url), setting });
    if (words !== null) return { words, passes: facts.code === 'ENOTFOUND' ? 'maybe' : 'never', by: 'error' };
  }
  return null;
}

/** Errors are recognised by their members: those of Node may be of another realm. */
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** Of an error that stands for the attempts at several addresses of one host, the first. */
function firstOf(error: unknown): unknown {
  return isObject(error) && Array.isArray(error['errors']) ? (error['errors'] as unknown[])[0] : error;
}

function factsOf(error: unknown): ErrorFacts {
  const { code, message, detail } = isObject(error) ? error : {};
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { code: text(code), message: text(message), detail: text(detail) };
}

interface Names {
  readonly role: string;
  readonly database: string;
  readonly host: string;
  readonly setting: string;
}

/** As the client would log in. */
function names(url: string): Omit<Names, 'setting'> {
  const { user = '', database = '', host } = new Client({ connectionString: url });
  return { role: user, database, host };
}

function wordsFor(facts: ErrorFacts, names: Names): string | null {
  return poolerWords(facts) ?? loginWords(facts, names) ?? wayWords(facts, names) ?? rightWords(facts, names);
}

/** What only a pooler says, or what only happens through one. */
export const POOLER_WORDS =
  'DATABASE_URL leads to a pooler that lends connections by transaction, such as PgBouncer: set DATABASE_POOLER=transaction, ' +
  'and DATABASE_DIRECT_URL to the database itself where it can be reached';

function poolerWords({ code, message }: ErrorFacts): string | null {
  const startup = /^unsupported startup parameter(?: in options)?: (\w+)/.exec(message)?.[1];
  if (startup === 'options')
    return 'the pooler refuses startup options: take options out of DATABASE_URL, and unset PGOPTIONS';
  if (startup !== undefined) return POOLER_WORDS;
  if (/statement pooling mode/.test(message))
    return 'the pooler lends connections by statement: let it lend them by transaction (pool_mode), or name the database itself';
  // A named statement of another session.
  if (code === '26000' || code === '42P05') return POOLER_WORDS;
  return null;
}

function loginWords({ code, message }: ErrorFacts, { role, database, setting }: Names): string | null {
  if (/client password must be/.test(message))
    return `the database asks for the password of the role "${role}", and ${setting} has none: add it`;
  if (code === '28P01') return `the password of the role "${role}" is wrong: correct ${setting}`;
  if (/no pg_hba\.conf entry/.test(message))
    return (
      `the server lets the role "${role}" not into the database "${database}" from here` +
      `${/no encryption/.test(message) ? ' without TLS (sslmode in the URL)' : ''}: add a line to its pg_hba.conf, or correct ${setting}`
    );
  if (/valid client certificate|certificate authentication failed/.test(message))
    return `the server asks for a client certificate of the role "${role}": add sslcert and sslkey to ${setting}`;
  if (code.startsWith('28') || /^no such user/.test(message))
    return `the server does not let the role "${role}" in (${message}): correct ${setting}, or CREATE ROLE "${role}" LOGIN`;
  if (code === '3D000' || /^no such database/.test(message))
    return `there is no database "${database}": create it (CREATE DATABASE "${database}"), or correct ${setting}`;
  return null;
}

/** Codes of Node and OpenSSL about the certificate of the server, or about the one of this program. */
const CERTIFICATE = /CERT|UNABLE_TO|SELF_SIGNED|^ERR_(?:TLS|SSL|OSSL)|^HOSTNAME_MISMATCH|^EPROTO$/;

function wayWords({ code, message }: ErrorFacts, { host, setting }: Names): string | null {
  if (code === 'ENOTFOUND') return `there is no host named "${host}": correct ${setting}`;
  if (code === 'EACCES') return `this user may not open the socket in "${host}": correct its mode, or ${setting}`;
  if (/server does not support SSL/.test(message))
    return `the server does not offer TLS, which ${setting} asks for: switch it on there, or write sslmode=disable`;
  if (CERTIFICATE.test(code))
    return (
      `the certificate of the server, or the one for it, is not accepted (${message}): give the authority by sslrootcert in ` +
      `${setting}, or write sslmode=no-verify to encrypt without checking`
    );
  return null;
}

function rightWords({ code, message, detail }: ErrorFacts, { role, database }: Names): string | null {
  if (code === '25006')
    return `the database takes no writes (${message}): name the primary, or let the role "${role}" write`;
  if (code !== '42501') return null;
  const [, kind = '', name = ''] = /permission denied for (\w+) "?([^"\s]+)"?/.exec(message) ?? [];
  const right = grantFor(kind, name, detail, { role, database });
  return `the role "${role}" lacks a right (${message}): ${right}`;
}

function grantFor(
  kind: string,
  name: string,
  detail: string,
  { role, database }: Pick<Names, 'role' | 'database'>,
): string {
  if (kind === 'database')
    return `GRANT ${detail.includes('CONNECT') ? 'CONNECT' : 'CREATE'} ON DATABASE "${database}" TO "${role}"`;
  if (kind === 'schema') return `GRANT USAGE, CREATE ON SCHEMA "${name}" TO "${role}", or run setup as its owner`;
  if (kind === 'table' || kind === 'view')
    return `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA … TO "${role}" for the ledger's schemas`;
  return `let the role "${role}" own the ledger's schemas and tables`;
}

/** Codes of Postgres and of Node that say nothing about rights and settings, but that it is not the moment. */
const PASSING = /^(?:08|40|53|55|57|58)|^E[A-Z_]+$/;
const LOST = /^(?:Connection terminated|timeout|Client was closed|Query read timeout|Client has encountered)/;

/** Whether an error is one that may pass without a change: nothing listens, starting up, a lock, too many connections. */
export function mayPass(error: unknown): boolean {
  const { code, message } = factsOf(firstOf(error));
  return PASSING.test(code) || LOST.test(message);
}
