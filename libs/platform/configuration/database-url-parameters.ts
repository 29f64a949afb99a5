import { fileProblem } from './given-values';
import { nearest } from './unknown-names';

/** The parts of a URL that are checked here: its authority and its query. */
export interface UrlParts {
  /** From the scheme to the first of / ? #: user, password, host and port. */
  readonly authority: string;
  readonly query: string;
}

/** Checks a parameter's value; returns the error in words that follow the name, or null. */
type ValueCheck = (value: string) => string | null;

const anyValue: ValueCheck = () => null;
const oneOf =
  (...allowed: readonly string[]): ValueCheck =>
  (value) =>
    allowed.includes(value) ? null : `must be one of ${allowed.join(', ')}`;
const fileHolding =
  (text: string): ValueCheck =>
  (file) => {
    const problem = fileProblem(file, text);
    return problem === null ? null : `names the file ${JSON.stringify(file)}, ${problem}`;
  };

const SSL_MODES = ['disable', 'no-verify', 'require', 'verify-ca', 'verify-full'];

/** Parameters that the client (pg 8) supports. */
const SUPPORTED: Readonly<Record<string, ValueCheck>> = {
  user: anyValue,
  password: anyValue,
  host: anyValue,
  port: anyValue,
  application_name: anyValue,
  options: anyValue,
  client_encoding: (value) => (/^utf-?8$/i.test(value) ? null : 'must be UTF8: every text is exchanged in it'),
  sslmode: (value) =>
    SSL_MODES.includes(value)
      ? null
      : `must be one of ${SSL_MODES.join(', ')}${value === 'prefer' || value === 'allow' ? FALLS_BACK : ''}`,
  sslrootcert: (value) =>
    value === 'system'
      ? 'cannot be system: leave it out to use the certificate authorities of Node'
      : fileHolding('-----BEGIN CERTIFICATE-----')(value),
  sslcert: fileHolding('-----BEGIN CERTIFICATE-----'),
  sslkey: fileHolding('PRIVATE KEY-----'),
  ssl: (value) => (['true', '1', '0', 'no-verify'].includes(value) ? null : 'is not honoured: write sslmode instead'),
  sslnegotiation: oneOf('postgres', 'direct'),
  uselibpqcompat: oneOf('true', 'false'),
};

const FALLS_BACK = ' (a connection never falls back from TLS to plain text here)';

const reasons = (names: string, reason: string): readonly (readonly [string, string])[] =>
  names.split(' ').map((name) => [name, reason]);

/** Parameters of libpq and of the client that are not supported here, and what to use instead. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ...reasons(
    'channel_binding require_auth',
    'cannot be demanded of this client; leave it out, and use sslmode=verify-full to authenticate the server',
  ),
  ...reasons('database dbname', 'is ignored: the path names the database, as in postgres://host:5432/database'),
  ...reasons(
    'connect_timeout statement_timeout lock_timeout idle_in_transaction_session_timeout query_timeout',
    'would have no effect, as the programs set bounds of their own: leave it out',
  ),
  ...reasons('fallback_application_name', 'would have no effect: write application_name'),
  ...reasons(
    'keepalives keepalives_idle keepalives_interval keepalives_count tcp_user_timeout',
    'cannot be set here; keepalives are always on: leave it out',
  ),
  ...reasons(
    'target_session_attrs load_balance_hosts hostaddr',
    'cannot be honoured, as this client connects to one host: leave it out, and name the primary as the host',
  ),
  ...reasons(
    'gssencmode gsslib gssdelegation krbsrvname',
    'cannot be honoured, as this client supports no GSSAPI: leave it out, and encrypt with sslmode=verify-full',
  ),
  ...reasons(
    'sslcrl sslcrldir sslpassword sslcertmode sslsni sslcompression requiressl requirepeer ' +
      'ssl_min_protocol_version ssl_max_protocol_version min_protocol_version max_protocol_version sslkeylogfile',
    'cannot be honoured by this client: leave it out (TLS is configured by sslmode, sslrootcert, sslcert and sslkey)',
  ),
  ...reasons('passfile', 'cannot be honoured: name the file in the variable PGPASSFILE, or give DATABASE_URL_FILE'),
  ...reasons('service servicefile', 'cannot be honoured: write host, port, user and database in the URL'),
  ...reasons('replication binary', 'cannot be honoured, as the programs do not work with it: leave it out'),
  ...reasons('pgbouncer pool_mode', 'is ignored: set DATABASE_POOLER=transaction'),
]);

const KNOWN = [...Object.keys(SUPPORTED), ...UNSUPPORTED.keys()];

/** Finds the errors in the parameters of a URL; the rest of it is not checked. The result contains no part of a password. */
export function parameterProblems({ authority, query }: UrlParts): readonly string[] {
  const parameters = new URLSearchParams(query);
  const names = [...new Set(parameters.keys())];
  // If the query contains an @, it may be the end of a password that contains a question mark.
  const isSafe = !query.includes('@');
  const each = names.flatMap((name) => {
    const values = parameters.getAll(name);
    const problem = values.length > 1 ? 'is given more than once' : problemOf(name, values[0] ?? '');
    return problem === null ? [] : [`has the parameter ${shown(name, isSafe)}, which ${problem}.`];
  });
  return [...each, ...duplicates(authority, names), ...contradictions(parameters)];
}

function problemOf(name: string, value: string): string | null {
  const check = Object.hasOwn(SUPPORTED, name) ? SUPPORTED[name] : undefined;
  if (check !== undefined) return value === '' ? 'is empty' : check(value);
  const reason = UNSUPPORTED.get(name);
  if (reason !== undefined) return reason;
  const near = nearest(
    name,
    KNOWN.map((known) => known.toUpperCase()),
  );
  return `is unknown${near === null ? ' and would have no effect: leave it out' : `; did you mean ${near.toLowerCase()}?`}`;
}

function shown(name: string, isSafe: boolean): string {
  if (KNOWN.includes(name)) return name;
  return isSafe && /^[A-Za-z][A-Za-z0-9_]{0,40}$/.test(name) ? name : '(its name is not shown)';
}

/** Values that are given both before the query and as a parameter, of which one would be ignored. */
function duplicates(authority: string, names: readonly string[]): readonly string[] {
  const at = authority.lastIndexOf('@');
  const [login, place] = [authority.slice(0, Math.max(0, at)), authority.slice(at + 1)];
  const inFront: Readonly<Record<string, boolean>> = {
    user: login.split(':', 1).join('') !== '',
    password: login.includes(':'),
    host: place.replace(/:\d*$/, '') !== '',
    port: /:\d+$/.test(place),
  };
  return names
    .filter((name) => inFront[name] === true)
    .map((name) => `has the parameter ${name}, and a ${name} before it: keep one of the two.`);
}

/** Parameters that are valid, but would be ignored because of another parameter. */
function contradictions(parameters: URLSearchParams): readonly string[] {
  const has = (name: string): boolean => parameters.has(name);
  const mode = parameters.get('sslmode');
  const isPlain = mode === 'disable' || (mode === null && parameters.get('ssl') === '0');
  const isUnverified = mode === 'no-verify' || (mode === null && parameters.get('ssl') === 'no-verify');
  const files = ['sslrootcert', 'sslcert', 'sslkey'].filter(has);
  const wrong: string[] = [];
  if (has('ssl') && (mode !== null || files.length > 0))
    wrong.push('has ssl beside other parameters of TLS: write sslmode');
  if (isPlain && files.length > 0)
    wrong.push(`has ${files.join(' and ')}, and no TLS is used: write sslmode=verify-full`);
  if (isPlain && parameters.get('sslnegotiation') === 'direct')
    wrong.push('has sslnegotiation=direct, and no TLS is used: write sslmode=verify-full');
  if (isUnverified && has('sslrootcert'))
    wrong.push('has sslrootcert, and no certificate is checked: write sslmode=verify-full');
  if (has('sslcert') !== has('sslkey'))
    wrong.push('has only one of sslcert and sslkey: a client certificate needs both');
  if (parameters.get('uselibpqcompat') === 'true' && mode === 'verify-ca' && !has('sslrootcert'))
    wrong.push('has sslmode=verify-ca without sslrootcert: name the authority, or write sslmode=verify-full');
  if (has('uselibpqcompat') && mode === null) wrong.push('has uselibpqcompat without sslmode: write sslmode as well');
  return wrong.map((problem) => `${problem}.`);
}
