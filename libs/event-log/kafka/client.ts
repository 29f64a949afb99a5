import { Kafka, logLevel, type KafkaConfig, type LogEntry, type SASLOptions } from 'kafkajs';

import { silent, type Logger } from '../port/logger';
import { Damages } from './connections/damages';
import { makeConnections, type ConnectionsOptions } from './connections/connections';
import { toSeed } from './connections/seed-hosts';

/** How brokers are reached. */
export interface KafkaConnection {
  /** `host:port` of some of them, which name the others. */
  readonly brokers: readonly string[];
  /** Shown in the brokers' logs and in members' ids. Default `mps-ledger`. */
  readonly clientId?: string;
  /** TLS; `ca` are certificates (PEM) to trust instead of Node's. Default: none. */
  readonly tls?: boolean | { readonly ca: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** Until a connection is open, in ms. Default 3,000. */
  readonly connectTimeoutMs?: number;
  /** Until a broker answers, in ms. Default 10,000. */
  readonly requestTimeoutMs?: number;
  /** Default: logs nothing. */
  readonly logger?: Logger;
}

/** Of the retries inside kafkajs (connecting, finding the coordinator): some three seconds in all. */
const RETRY = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 6 };

export const DEFAULT_CLIENT_ID = 'mps-ledger';
export const DEFAULT_REQUEST_TIMEOUT_MS = 10_000;
const DEFAULT_CONNECT_TIMEOUT_MS = 3_000;
/** A connection with a request that is unanswered for so many request timeouts is closed. */
const MAX_REQUEST_TIMEOUTS = 2;

/** Callbacks about the connections to the brokers. */
export interface ClientHooks extends Pick<ConnectionsOptions, 'onConnection' | 'closed'> {
  /** Damaged answers are recorded there. Default: not recorded. */
  readonly damages?: Damages;
}

/** Creates the client of one log. Nothing created from it creates topics automatically. */
export function makeClient(connection: KafkaConnection, hooks: ClientHooks = {}): Kafka {
  const { brokers, clientId, tls, sasl, requestTimeoutMs = DEFAULT_REQUEST_TIMEOUT_MS } = connection;
  const config: KafkaConfig = {
    brokers: brokers.map(toSeed),
    clientId: clientId ?? DEFAULT_CLIENT_ID,
    connectionTimeout: connection.connectTimeoutMs ?? DEFAULT_CONNECT_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    socketFactory: makeConnections({
      ...{ damages: new Damages(), ...hooks, logger: connection.logger ?? silent },
      maxUnansweredMs: MAX_REQUEST_TIMEOUTS * requestTimeoutMs,
    }),
    retry: RETRY,
    logLevel: logLevel.INFO,
    logCreator: () => forwardToLogger(connection.logger ?? silent),
  };
  if (tls !== undefined && tls !== false) config.ssl = tls === true ? true : { ca: [tls.ca] };
  // One union of literals there, one literal a member here.
  if (sasl !== undefined) config.sasl = sasl as SASLOptions;
  return new Kafka(config);
}

/** Logs what kafkajs logs at level debug: it calls errors what it then retries successfully. */
function forwardToLogger(logger: Logger): (entry: LogEntry) => void {
  return ({ namespace, log: { message, logger: _, timestamp: __, ...fields } }) => {
    logger.debug({ kafkajs: namespace, ...fields }, message);
  };
}
