import { randomBytes } from 'node:crypto';
import { Type } from 'typebox';
import { readEndpoint } from '@mps-ledger/cmq';
import {
  appendSettings,
  databaseMistakes,
  DATABASE_URL,
  databaseSettings,
  EVENT_LOG,
  healthListenerSettings,
  hostSetting,
  isLoopback,
  kafkaMistakes,
  kafkaSettings,
  logLayoutSettings,
  portSetting,
  processSettings,
  type ConfigurationMistake,
  type Settings,
} from '@mps-ledger/platform';
import { readSourcesFile } from './sources/file/read-sources-file';
import { GUESSABLE_PATH } from './sources/file/source-of-file';

const DEFAULT_PATH = 'mps';

/** The settings of receiving callbacks, also in a process that does more. */
export const callbackSettings = {
  CALLBACK_HOST: hostSetting(
    '127.0.0.1',
    'Address of the callback listener. Another one than loopback demands MPS_NOTIFY_PATH.',
  ),
  CALLBACK_PORT: portSetting(8081, 'Port of the callback listener.'),
  MPS_NOTIFY_PATH: Type.String({
    default: DEFAULT_PATH,
    maxLength: 128,
    pattern: '^[A-Za-z0-9._~-]+$',
    allowed: '1 to 128 characters of A-Z a-z 0-9 . _ ~ -',
    description: 'Last part of the callback URL, /notify/{path}: a shared secret unless the listener is on loopback.',
  }),
  MPS_NOTIFY_KEY: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
      minItems: 1,
      secret: true,
      description: 'NotifyKey of the tasks, several for rotation. With it, callbacks without a right Sign are refused.',
    }),
  ),
  MPS_NOTIFY_EXPIRED: Type.Enum(['accept', 'refuse'] as const, {
    default: 'accept',
    description:
      'A callback whose Sign is right and whose Timestamp is over: taken with trust callback-unsigned, or refused.',
  }),
};

/** The settings of receiving from one queue of (TDMQ-)CMQ, also in a process that does more. */
export const cmqSettings = {
  CMQ_ENDPOINT: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      allowed:
        'a URL like https://cmq-gz.publicXXX.tencenttdmq.com, with a path if it is another one than /v2/index.php',
      description: 'Address of the TDMQ-CMQ queue that notifications are received from.',
    }),
  ),
  CMQ_QUEUE: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z][A-Za-z0-9_-]{0,127}$',
      allowed: 'the name of a queue: a letter, then letters, digits, - and _',
      description: 'Name of the queue (QueueName of the tasks).',
    }),
  ),
  CMQ_SECRET_ID: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      secret: true,
      description: 'SecretId of a key that may consume the queue.',
    }),
  ),
  CMQ_SECRET_KEY: Type.Optional(
    Type.String({ minLength: 1, maxLength: 256, secret: true, description: 'SecretKey of that key.' }),
  ),
  CMQ_MAX_UNACKED_SECONDS: Type.Optional(
    Type.Integer({
      minimum: 30,
      maximum: 43_200,
      description:
        'The queue’s maximum unacknowledged time, as set in the console: it forgets messages that old. Default 3600.',
    }),
  ),
};

/** The settings that a queue of CMQ demands. */
const CMQ_REQUIRED = ['CMQ_ENDPOINT', 'CMQ_QUEUE', 'CMQ_SECRET_ID', 'CMQ_SECRET_KEY'] as const;

/** The queue of SQS. Its credentials are those that the AWS SDK finds. */
export const sqsSettings = {
  SQS_QUEUE_URL: Type.Optional(
    Type.String({
      maxLength: 1024,
      pattern: '^https?://[^/?#@]+/[^?#]+$',
      allowed:
        'the URL of a queue as the console shows it, like https://sqs.eu-central-1.amazonaws.com/123456789012/mps-events',
      description:
        'The AWS SQS queue that notifications are received from, with the credentials that the AWS SDK finds: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, a web identity, a role.',
    }),
  ),
};

/** For several sources, accounts and rotating keys. */
export const sourcesFileSettings = {
  SOURCES_FILE: Type.Optional(
    Type.String({
      minLength: 1,
      file: true,
      description: 'File of sources (YAML or JSON), instead of MPS_NOTIFY_…, CMQ_… and SQS_…; read again at SIGHUP.',
    }),
  ),
};

/** All settings of the ingest app. */
export const ingestSettings = Type.Object({
  ...callbackSettings,
  ...cmqSettings,
  ...sqsSettings,
  ...sourcesFileSettings,
  ...healthListenerSettings(8082),
  EVENT_LOG,
  DATABASE_URL,
  ...databaseSettings,
  ...kafkaSettings,
  ...appendSettings,
  LEDGER_TOPIC_PREFIX: logLayoutSettings.LEDGER_TOPIC_PREFIX,
  ...processSettings,
});

export type IngestConfig = Settings<typeof ingestSettings>;
export type CallbackConfig = Pick<IngestConfig, keyof typeof callbackSettings>;
/** What says where notifications come from. */
export type SourcesConfig = CallbackConfig &
  Partial<Pick<IngestConfig, keyof typeof cmqSettings | keyof typeof sqsSettings | keyof typeof sourcesFileSettings>>;

/** Contradictions between settings of the ingest app that are each valid alone. */
export function ingestMistakes(config: Partial<IngestConfig>): readonly ConfigurationMistake[] {
  return [...sourcesMistakes(config), ...kafkaMistakes(config), ...databaseMistakes(config)];
}

/** What is wrong with the sources: those of the variables, or of the file. */
export function sourcesMistakes(config: Partial<SourcesConfig>): readonly ConfigurationMistake[] {
  const { SOURCES_FILE: file, CALLBACK_HOST: host, CALLBACK_PORT: port } = config;
  if (file === undefined) return [...callbackMistakes(config), ...cmqMistakes(config), ...sqsMistakes(config)];
  const beside = ['MPS_NOTIFY_KEY', ...Object.keys(cmqSettings), ...Object.keys(sqsSettings)] as const;
  const given = beside.filter((key) => config[key as keyof SourcesConfig] !== undefined);
  const listener = host === undefined || port === undefined ? {} : { listener: { host, port } };
  const read = readSourcesFile(file, { isOpen: host !== undefined && !isLoopback(host), ...listener });
  return [
    ...given.map((key) => ({ key, message: 'is set beside SOURCES_FILE, which names all sources: write it there.' })),
    ...('mistakes' in read ? read.mistakes.map((message) => ({ key: 'SOURCES_FILE', message })) : []),
  ];
}

/** Refuses a path that could be guessed on a listener that other machines reach, and suggests one that cannot. */
export function callbackMistakes(config: Partial<CallbackConfig>): readonly ConfigurationMistake[] {
  const { CALLBACK_HOST: host, MPS_NOTIFY_PATH: path } = config;
  if (host === undefined || path === undefined || isLoopback(host) || path.length >= GUESSABLE_PATH) return [];
  const message =
    `= ${JSON.stringify(path)} could be guessed, and CALLBACK_HOST = ${JSON.stringify(host)} lets other machines in; ` +
    `it must have at least ${GUESSABLE_PATH} characters. Here is one: MPS_NOTIFY_PATH=${randomBytes(18).toString('base64url')}`;
  return [{ key: 'MPS_NOTIFY_PATH', message }];
}

/** Refuses an address of a queue that is no URL. */
export function sqsMistakes({ SQS_QUEUE_URL: url }: Partial<SourcesConfig>): readonly ConfigurationMistake[] {
  if (url === undefined || URL.canParse(url)) return [];
  return [{ key: 'SQS_QUEUE_URL', message: 'is no URL; copy the URL of the queue from the console.' }];
}

/** Demands all four settings that a queue needs, or none of its settings, and an address that can be used. */
export function cmqMistakes(config: Partial<SourcesConfig>): readonly ConfigurationMistake[] {
  const given = (Object.keys(cmqSettings) as (keyof typeof cmqSettings)[]).filter((key) => config[key] !== undefined);
  if (given.length === 0) return [];
  const missing = CMQ_REQUIRED.filter((key) => config[key] === undefined);
  const mistakes = missing.map((key) => ({
    key,
    message: `is missing, but set: ${given.join(', ')}. A queue demands all four.`,
  }));
  const endpoint = readEndpoint(config.CMQ_ENDPOINT ?? '');
  if (config.CMQ_ENDPOINT === undefined || !('problem' in endpoint)) return mistakes;
  const message = `${endpoint.problem}; it must be a URL like https://cmq-gz.publicXXX.tencenttdmq.com.`;
  return [...mistakes, { key: 'CMQ_ENDPOINT', message }];
}
