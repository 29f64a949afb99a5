import { Type } from 'typebox';

/** Settings that several programs share: groups of properties to spread into a program's `Type.Object`. */

/** The port of a listener; with 0 the system chooses one. */
export const portSetting = (port: number, description: string) =>
  Type.Integer({ minimum: 0, maximum: 65_535, default: port, description });

/** Patterns of host names (letters, digits, `.`, `-` and `_`) and of IPv6 addresses with their zone. */
export const HOST_NAME = '[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?';
export const IPV6 = '(?=[^:]*:[^:]*:)[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?';

/** The address that a listener binds; `0.0.0.0` or `::` for all addresses of this machine. */
export const hostSetting = (host: string, description: string) =>
  Type.String({
    minLength: 1,
    maxLength: 255,
    default: host,
    pattern: `^(?:${HOST_NAME}|${IPV6}|\\[${IPV6}\\])$`,
    allowed: 'an address or name of this machine without a port, such as 127.0.0.1, 0.0.0.0 or [::1]',
    description,
  });

export const processSettings = {
  LOG_LEVEL: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const, {
    default: 'info',
    description: 'Least severe level that is logged.',
  }),
  SHUTDOWN_DELAY_MS: Type.Integer({
    minimum: 0,
    maximum: 60_000,
    default: 2000,
    description: 'After SIGTERM /readyz fails at once, and listeners close this many milliseconds later.',
  }),
};

/** The port of the API where none is given. */
export const API_DEFAULT_PORT = 8080;

export const apiListenerSettings = {
  API_HOST: hostSetting(
    '127.0.0.1',
    'Address of the API. Another one than loopback demands API_KEYS or API_KEYS_REQUIRED.',
  ),
  API_PORT: portSetting(API_DEFAULT_PORT, 'Port of the API.'),
  API_KEYS: Type.Optional(
    Type.Array(
      Type.String({
        minLength: 16,
        pattern: '^[A-Za-z0-9._~+/=-]+$',
        allowed: 'at least 16 characters of A-Z a-z 0-9 . _ ~ + / = -',
      }),
      {
        minItems: 1,
        secret: true,
        description:
          'Keys that the API accepts as "Authorization: Bearer <key>", several for rotation. Each grants everything; npm run keys makes keys that do not.',
      },
    ),
  ),
  API_RATE_LIMIT: Type.Integer({
    minimum: 0,
    maximum: 100_000,
    default: 0,
    description:
      'Requests per second of each key that the API answers, without keys of each address; as many at once after a pause. 0: no limit.',
  }),
  API_KEYS_REQUIRED: Type.Boolean({
    default: false,
    description:
      'Each request needs a key, also while there is none: neither in API_KEYS nor made by npm run keys. Without it, the first key makes it so.',
  }),
};

/** The settings of a listener that serves only probes and metrics. */
export const healthListenerSettings = (port: number) => ({
  HEALTH_HOST: hostSetting('127.0.0.1', 'Address of the probes /livez, /readyz and of /metrics.'),
  HEALTH_PORT: portSetting(port, 'Port of the probes /livez, /readyz and of /metrics.'),
});

/** For programs that can run without DATABASE_URL. */
export const DATA_DIR = Type.String({
  default: '.mps-ledger',
  minLength: 1,
  description:
    'Folder for the data of the embedded Postgres; one that a build of another format made is refused. Of no effect with DATABASE_URL.',
});

const databaseUrl = {
  secret: true,
  databaseUrl: true,
  pattern: '^postgres(ql)?://',
  allowed: 'a URL like postgres://user:password@host:5432/database',
  description: 'Where Postgres is.',
};

/** Settings of every program that uses the database: how it is reached. */
export const databaseSettings = {
  DATABASE_POOLER: Type.Enum(['none', 'transaction'] as const, {
    default: 'none',
    description:
      'What DATABASE_URL leads through: transaction for a pooler that lends connections by transaction, such as PgBouncer.',
  }),
  DATABASE_DIRECT_URL: Type.Optional(
    Type.String({
      ...databaseUrl,
      description: 'With DATABASE_POOLER=transaction, the way past the pooler, for setup and LISTEN. Default: none.',
    }),
  ),
};

export const DATABASE_URL = Type.String(databaseUrl);
export const OPTIONAL_DATABASE_URL = Type.Optional(Type.String(databaseUrl));
