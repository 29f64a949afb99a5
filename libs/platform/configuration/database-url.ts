import { parse } from 'pg-connection-string';

import { parameterProblems, type UrlParts } from './database-url-parameters';

/** A place in Postgres as the client reads it from a URL, without what is secret. */
interface DatabasePlace {
  readonly user: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
}

/** Stands for a URL of which nothing can be shown, as nobody knows which part of it is the password. */
const NOT_SHOWN = 'postgres://*** (its URL cannot be parsed and is not shown)';
const DEFAULT_PORT = '5432';

/**
 * A database for people: `postgres://user@host:5432/database`, parsed as the client does, with neither password nor
 * parameters. A URL that is wrong in any way is not shown at all.
 */
export function describeDatabase(url: string): string {
  if (databaseUrlProblems(url).length > 0) return NOT_SHOWN;
  const { user, host, port, database } = placeOf(url);
  const shownHost = host.includes(':') ? `[${host}]` : encodeURIComponent(host);
  const login = user === '' ? '' : `${encodeURIComponent(user)}@`;
  return `postgres://${login}${shownHost}:${port}/${encodeURIComponent(database)}`;
}

/**
 * Everything that is wrong with a database's URL, each as a sentence that follows the setting's name and shows nothing that
 * could be a part of the password. Reads the files that it names. Empty when the client honours all of it.
 */
export function databaseUrlProblems(url: string): readonly string[] {
  if (!/^postgres(?:ql)?:\/\//.test(url)) return ['is no URL that begins with postgres://.'];
  const wrong = spellingProblem(url) ?? placeProblem(url);
  return [...(wrong === null ? [] : [wrong]), ...parameterProblems(partsOf(url))];
}

function partsOf(url: string): UrlParts {
  const rest = url.slice(url.indexOf('://') + 3);
  const [authority = ''] = rest.split(/[/?#]/, 1);
  const [, ...query] = rest.split('?');
  return { authority, query: query.join('?') };
}

/** What makes it uncertain where the password ends: the client would take a part of it for host, database or parameter. */
function spellingProblem(url: string): string | null {
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(url) || url !== url.trim())
    return 'has a line break, or a space at one of its ends.';
  const { authority } = partsOf(url);
  const [path = ''] = url.slice(url.indexOf('://') + 3 + authority.length).split('?', 1);
  if (url.includes('#')) return `has a # in it: ${ESCAPES}.`;
  if (path.includes('@')) return `has an @ after the first /, where the host is over: ${ESCAPES}.`;
  if (!authority.includes('@') && path === '' && url.includes('@')) return `has a ? before the host: ${ESCAPES}.`;
  return null;
}

const ESCAPES = 'in user name and password write @ as %40, / as %2F, ? as %3F, # as %23 and : as %3A';

function placeProblem(url: string): string | null {
  let place: DatabasePlace;
  try {
    place = placeOf(url);
  } catch {
    return `cannot be parsed: it must be like postgres://user:password@host:5432/database; ${ESCAPES}, and % as %25.`;
  }
  if (place.host.includes(',')) return 'names several hosts: this client connects to one, so name the primary alone.';
  if (!/^(?:[\p{L}\p{N}._-]+|[0-9a-f:.%]+|\/.*)$/iu.test(place.host))
    return `has no proper host name between the last @ and the next / or ?: ${ESCAPES}.`;
  if (!/^\d{1,5}$/.test(place.port) || Number(place.port) < 1 || Number(place.port) > 65_535)
    return 'has no proper port: it must be a number from 1 to 65535.';
  return null;
}

/** As the client parses it. Its parser is not given the parameters: it would read the files that they name. Throws. */
function placeOf(url: string): DatabasePlace {
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
