import { parse } from 'pg-connection-string';

import { parameterProblems, type UrlParts } from './database-url-parameters';

/** The address of a database as the client reads it from a URL, without secrets. */
interface DatabaseAddress {
  readonly user: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
}

/** Shown in place of a URL in which the password cannot be located. */
const NOT_SHOWN = 'postgres://*** (its URL cannot be parsed and is not shown)';
const DEFAULT_PORT = '5432';

/**
 * Describes a database for logs and messages: `postgres://user@host:5432/database`, parsed as the client does, without password and
 * parameters. An invalid URL is not shown at all.
 */
export function describeDatabase(url: string): string {
  if (databaseUrlProblems(url).length > 0) return NOT_SHOWN;
  const { user, host, port, database } = addressOf(url);
  const shownHost = host.includes(':') ? `[${host}]` : encodeURIComponent(host);
  const login = user === '' ? '' : `${encodeURIComponent(user)}@`;
  return `postgres://${login}${shownHost}:${port}/${encodeURIComponent(database)}`;
}

/**
 * Finds all errors in a database URL, each as a sentence that follows the setting's name and contains nothing that could be part of
 * the password. Reads the files that the URL names. Empty if the client supports the whole URL.
 */
export function databaseUrlProblems(url: string): readonly string[] {
  if (!/^postgres(?:ql)?:\/\//.test(url)) return ['is not a URL that begins with postgres://.'];
  const wrong = ambiguityProblem(url) ?? addressProblem(url);
  return [...(wrong === null ? [] : [wrong]), ...parameterProblems(partsOf(url))];
}

function partsOf(url: string): UrlParts {
  const rest = url.slice(url.indexOf('://') + 3);
  const [authority = ''] = rest.split(/[/?#]/, 1);
  const [, ...query] = rest.split('?');
  return { authority, query: query.join('?') };
}

/** Finds characters that make the end of the password ambiguous: the client would take part of it for host, database or parameter. */
function ambiguityProblem(url: string): string | null {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(url) || url !== url.trim())
    return 'has a line break, or a space at one of its ends.';
  const { authority } = partsOf(url);
  const [path = ''] = url.slice(url.indexOf('://') + 3 + authority.length).split('?', 1);
  if (url.includes('#')) return `has a # in it: ${ESCAPES}.`;
  if (path.includes('@')) return `has an @ after the first /, which ends the host: ${ESCAPES}.`;
  if (!authority.includes('@') && path === '' && url.includes('@')) return `has a ? before the host: ${ESCAPES}.`;
  return null;
}

const ESCAPES = 'in user name and password write @ as %40, / as %2F, ? as %3F, # as %23 and : as %3A';

function addressProblem(url: string): string | null {
  let address: DatabaseAddress;
  try {
    address = addressOf(url);
  } catch {
    return `cannot be parsed: it must be like postgres://user:password@host:5432/database; ${ESCAPES}, and % as %25.`;
  }
  if (address.host.includes(',')) return 'names several hosts: this client connects to one, so name the primary alone.';
  if (!/^(?:[\p{L}\p{N}._-]+|[0-9a-f:.%]+|\/.*)$/iu.test(address.host))
    return `has no proper host name between the last @ and the next / or ?: ${ESCAPES}.`;
  if (!/^\d{1,5}$/.test(address.port) || Number(address.port) < 1 || Number(address.port) > 65_535)
    return 'has no proper port: it must be a number from 1 to 65535.';
  return null;
}

/** Parses the address as the client does. Its parser does not get the parameters: it would read the files that they name. Throws. */
function addressOf(url: string): DatabaseAddress {
  const [base = ''] = url.split('?', 1);
  const parameters = new URLSearchParams(partsOf(url).query);
  const { user, host, port, database } = parse(base);
  return {
    user: parameters.get('user') ?? user ?? '',
    host: (parameters.get('host') ?? host) || 'localhost',
    port: (parameters.get('port') ?? port) || DEFAULT_PORT,
    database: database ?? '',
  };
}
