import { Type, type Static } from 'typebox';

const id = Type.String({
  pattern: '^[A-Za-z0-9._-]{1,64}$',
  description:
    'Name of the source: part of every raw record, label of metrics. Each is used once. 1 to 64 of A-Z a-z 0-9 . _ -',
});
const account = Type.Optional(
  Type.String({
    pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
    default: 'default',
    description: 'Owner of the tasks. 1 to 63 of a-z 0-9 -, not beginning with -. Default: default',
  }),
);
const common = { id, account };

const secretFile = (description: string) =>
  Type.String({ minLength: 1, description: `${description} A path, relative to the folder of this file.` });

const forwarded = {
  forward_to: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2048,
      description:
        'URL of a handler that gets the bytes of each notification by POST, too, at least once, such as http://handler.internal:9000/mps',
    }),
  ),
  forward_to_file: Type.Optional(secretFile('File that holds that URL, instead of forward_to.')),
};

const webhook = {
  path: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._~-]{1,128}$',
      description: 'Last part of the URL, /notify/{path}: a shared secret. 1 to 128 of A-Z a-z 0-9 . _ ~ -',
    }),
  ),
  path_file: Type.Optional(secretFile('File that holds the path, instead of path.')),
  networks: Type.Optional(
    Type.Array(Type.String({ description: 'An address, or a network such as 10.0.0.0/8 or 2001:db8::/32' }), {
      minItems: 1,
      maxItems: 1000,
      description:
        'Addresses that may call. Default: all. Behind a reverse proxy, the proxy’s address is what is seen.',
    }),
  ),
};

/** What each kind of source may have, by its `kind`. */
export const SOURCE_SCHEMAS = {
  callback: Type.Object(
    {
      ...common,
      kind: Type.Literal('callback'),
      ...forwarded,
      ...webhook,
      keys_file: Type.Optional(
        secretFile(
          'File with the NotifyKeys of the tasks, one a line: with it, callbacks without a right Sign are refused.',
        ),
      ),
      expired: Type.Optional(
        Type.Enum(['accept', 'refuse'] as const, {
          default: 'accept',
          description: 'What happens to a right Sign whose Timestamp is over. accept or refuse; default accept',
        }),
      ),
    },
    { additionalProperties: false, description: 'MPS posts to a URL of ours (NotifyType URL).' },
  ),
  'cmq-queue': Type.Object(
    {
      ...common,
      kind: Type.Literal('cmq-queue'),
      ...forwarded,
      endpoint: Type.String({
        minLength: 1,
        maxLength: 1024,
        description: 'Address of the queue’s region, such as https://cmq-gz.publicXXX.tencenttdmq.com',
      }),
      queue: Type.String({
        pattern: '^[A-Za-z][A-Za-z0-9_-]{0,127}$',
        description: 'Name of the queue: a letter, then letters, digits, - and _',
      }),
      secret_id: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: 'SecretId of a key.' })),
      secret_id_file: Type.Optional(secretFile('File that holds the SecretId, instead of secret_id.')),
      secret_key_file: secretFile('File that holds the SecretKey.'),
      max_unacked_seconds: Type.Optional(
        Type.Integer({
          minimum: 30,
          maximum: 43_200,
          default: 3600,
          description: 'The queue’s maximum unacknowledged time, as in the console. 30 to 43200; default 3600',
        }),
      ),
    },
    { additionalProperties: false, description: 'A queue of TDMQ-CMQ or CMQ (NotifyType TDMQ-CMQ).' },
  ),
  sqs: Type.Object(
    {
      ...common,
      kind: Type.Literal('sqs'),
      ...forwarded,
      queue_url: Type.String({
        maxLength: 1024,
        pattern: '^https?://[^/?#@]+/[^?#]+$',
        description: 'URL of the queue, like https://sqs.eu-central-1.amazonaws.com/123456789012/mps-events',
      }),
      region: Type.Optional(
        Type.String({
          pattern: '^[a-z0-9-]{1,64}$',
          description: 'Region, such as eu-central-1. Default: that of the URL, else what the AWS SDK finds',
        }),
      ),
    },
    { additionalProperties: false, description: 'A queue of AWS SQS, with the credentials that the AWS SDK finds.' },
  ),
  'cmq-topic': Type.Object(
    { ...common, kind: Type.Literal('cmq-topic'), ...forwarded, ...webhook },
    {
      additionalProperties: false,
      description: 'A topic of TDMQ-CMQ or CMQ that pushes to a URL of ours. It is not signed.',
    },
  ),
  file: Type.Object(
    { ...common, kind: Type.Literal('file') },
    { additionalProperties: false, description: 'Notifications of files, for npm run import -- --source.' },
  ),
} as const;

export type SourceKindName = keyof typeof SOURCE_SCHEMAS;

/** A source as the file has it. */
export type SourceOfFile = { [Kind in SourceKindName]: Static<(typeof SOURCE_SCHEMAS)[Kind]> }[SourceKindName];

export const MAX_SOURCES = 200;
/** Sources with forward_to: for each of them the whole raw log is read, and a part of it is in memory. */
export const MAX_FORWARDED = 20;

/** The whole file, as it is published in docs/sources.schema.json. */
export const SOURCES_SCHEMA = Type.Object(
  {
    sources: Type.Array(Type.Union(Object.values(SOURCE_SCHEMAS)), { minItems: 1, maxItems: MAX_SOURCES }),
  },
  {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Sources of mps-ledger (SOURCES_FILE)',
    additionalProperties: false,
  },
);
