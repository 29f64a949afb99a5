import { Type, type Static, type TObject } from 'typebox';

import type { ConfigurationMistake } from './configuration-error';
import { HOST_NAME, IPV6 } from './shared-settings';

/** The settings of the event log: groups of properties to spread into a program's `Type.Object`. */

const description = 'Which event log: kafka, or a set of Postgres tables.';

/** For programs that require it. */
export const EVENT_LOG = Type.Enum(['kafka', 'postgres'] as const, { description });
/** For a program that falls back to the Postgres log. */
export const EVENT_LOG_OR_POSTGRES = Type.Enum(['kafka', 'postgres'] as const, { default: 'postgres', description });

/** 1 to 65535. */
const PORT = '(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';

export const kafkaSettings = {
  KAFKA_BROKERS: Type.Optional(
    Type.Array(Type.String({ pattern: `^(?:${HOST_NAME}\\.?|\\[${IPV6}\\]):${PORT}$`, allowed: 'host:port' }), {
      minItems: 1,
      example: 'kafka-1:9092,kafka-2:9092',
      description: 'Brokers to begin with. Needed for EVENT_LOG=kafka.',
    }),
  ),
  KAFKA_SINGLE_BROKER: Type.Boolean({
    default: false,
    description: 'Accept topics with fewer than three replicas. For one-broker use only: a lost disk is lost data.',
  }),
  KAFKA_TLS: Type.Boolean({ default: false, description: 'Talk TLS to the brokers.' }),
  KAFKA_CA_FILE: Type.Optional(
    Type.String({
      file: 'certificates',
      example: '/etc/ssl/kafka-ca.pem',
      description: "The brokers' own certificate authority (PEM).",
    }),
  ),
  KAFKA_SASL_MECHANISM: Type.Optional(
    Type.Enum(['plain', 'scram-sha-256', 'scram-sha-512'] as const, {
      description: 'How to log in to the brokers. Default: not at all.',
    }),
  ),
  KAFKA_SASL_USERNAME: Type.Optional(Type.String({ minLength: 1, description: 'User name for the brokers.' })),
  KAFKA_SASL_PASSWORD: Type.Optional(
    Type.String({ minLength: 1, secret: true, description: 'Password for the brokers.' }),
  ),
};

export const logLayoutSettings = {
  LEDGER_TOPIC_PREFIX: Type.String({
    default: '',
    pattern: '^[A-Za-z0-9._-]{0,100}$',
    allowed: 'at most 100 characters of A-Z a-z 0-9 . _ -',
    example: 'staging.',
    description: 'Before the name of each topic and group: tells ledgers apart that share brokers.',
  }),
  LEDGER_PARTITIONS: Type.Integer({
    minimum: 1,
    maximum: 1000,
    default: 12,
    description: 'Partitions of each topic when a new log is set up. Cannot be changed afterwards.',
  }),
};

/** Settings of programs that append. */
export const appendSettings = {
  KAFKA_COMPRESSION: Type.Enum(['none', 'gzip'] as const, {
    default: 'none',
    description: 'How records are compressed that go to the brokers.',
  }),
};

/** The settings of the event log that a program has read. `KAFKA_COMPRESSION` and the pooler are optional, as not all programs have them. */
export type EventLogSettings = Readonly<
  Static<TObject<typeof kafkaSettings & Pick<typeof logLayoutSettings, 'LEDGER_TOPIC_PREFIX'>>>
> & {
  readonly EVENT_LOG: 'kafka' | 'postgres';
  readonly KAFKA_COMPRESSION?: 'none' | 'gzip';
  /** For the log in Postgres: the pooler before the database, and the direct URL that bypasses it. */
  readonly DATABASE_POOLER?: 'none' | 'transaction';
  readonly DATABASE_DIRECT_URL?: string;
};

/** Finds settings that contradict each other, although each value is valid. For `check` of `readConfiguration`. */
export function kafkaMistakes(config: Partial<EventLogSettings>): ConfigurationMistake[] {
  const mistakes: ConfigurationMistake[] = [];
  if (config.EVENT_LOG === 'kafka' && config.KAFKA_BROKERS === undefined) {
    mistakes.push({
      key: 'KAFKA_BROKERS',
      message: 'is missing; EVENT_LOG=kafka needs it, for example kafka-1:9092,kafka-2:9092.',
    });
  }
  if (config.KAFKA_CA_FILE !== undefined && config.KAFKA_TLS !== true) {
    mistakes.push({
      key: 'KAFKA_CA_FILE',
      message: 'is set, but KAFKA_TLS is not true: set KAFKA_TLS=true, or leave the file out.',
    });
  }
  const sasl = ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const;
  const missing = sasl.filter((key) => config[key] === undefined);
  if (missing.length > 0 && missing.length < sasl.length) {
    const set = sasl.filter((key) => config[key] !== undefined).join(' and ');
    for (const key of missing)
      mistakes.push({ key, message: `is missing; ${set} is set, and a login needs all three.` });
  }
  return mistakes;
}
