import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

import { listenUrl, type Pooler } from '@mps-ledger/database';

import { Appender } from '../append/appender';
import { LogUnavailable } from '../port/errors';
import { Guard } from '../guard/guard';
import { guardLog, guardSends } from '../guard/guarded-log';
import { silent, type Logger } from '../port/logger';
import { onceSuccessful } from '@mps-ledger/async';
import type { EventLog, Follower, FollowOptions, LogLayout } from '../port/port';
import { topicName } from '../port/topic-names';
import { makeSend } from './append';
import { makeConnections, type ConnectionOptions, type Connections } from './connections';
import { startFollower } from './follower';
import { namingOf, readIdentity } from './identity';
import { makeLogInspector, type LogInspector } from './inspector';
import { nameTopics } from './named-log';
import { forgetOwnership, readProgress } from './progress';
import { readPartition } from './read';
import { fetchRecords, readEnds } from './records';
import { Wakeup } from './wakeup';

export interface PostgresLogOptions {
  /** The database, as a `postgres://` address with its parameters (password, `sslmode`). */
  readonly url: string;
  /** `transaction`: the URL is that of a pooler in transaction mode. Default `none`. */
  readonly pooler?: Pooler | undefined;
  /** The URL past the pooler, for LISTEN. Default: none over a pooler, and followers poll more often. */
  readonly directUrl?: string | undefined;
  /** What `identity()` must find, and the guard compares. Default: what setup recorded, and no topics for the guard. */
  readonly layout?: Partial<LogLayout>;
  /** Distinguishes several logs in one database; the one given to setup. Default: none. */
  readonly topicPrefix?: string;
  /** Shown in pg_stat_activity. Default `mps-ledger`. */
  readonly applicationName?: string;
  /** Default: logs nothing. */
  readonly logger?: Logger;
  /**
   * Whether no other process can use the database (an embedded one): leases of a predecessor that was killed are deleted at the
   * start, and do not have to expire. Default false.
   */
  readonly exclusive?: boolean;
  /** Connections for appends at most; reads have as many, coordination and wake-ups three more. Default 4. */
  readonly maxConnections?: number;
  /** Bytes of all pending appends to one topic; more are refused with `TooManyWaiting`. Default 64 MiB. */
  readonly maxWaitingBytes?: number;
  /** A statement that takes longer is cancelled, in ms. Default 10,000. */
  readonly statementTimeoutMs?: number;
  /** Until a connection is there, in ms. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** How long ownership lasts without a heartbeat, in ms. Default 10,000, with a heartbeat every fifth of it. */
  readonly leaseMs?: number;
  /**
   * How often followers poll without a wake-up, in ms, at most 1,000. Default 1,000, or 250 where there are no wake-ups.
   */
  readonly pollMs?: number;
  /** How often the guard compares the log, in ms. Default 60,000. */
  readonly guardIntervalMs?: number;
  /** The guard's logger. Default: `logger`. */
  readonly guardLogger?: Logger;
}

const MAX_CLOSE_MS = 3_000;
/** Between two polls where there are no wake-ups. */
const POLL_WITHOUT_WAKEUP_MS = 250;

interface Parts {
  readonly prefix: string;
  readonly appends: Connections;
  readonly reads: Connections;
  readonly coordination: Connections;
  readonly appender: Appender;
  readonly wakeup: Wakeup;
  readonly guard: Guard;
  readonly inspector: LogInspector;
}

/**
 * Creates the event log in Postgres: the port over the tables that `setupPostgresLog` creates. Connects on first use, and
 * reconnects automatically.
 */
export function makePostgresLog(options: PostgresLogOptions): EventLog {
  const parts = makeParts(options);
  const { prefix, reads, appender, inspector } = parts;
  const { layout = {} } = options;
  const followers = new Set<Follower>();
  const ready = onceSuccessful(async () => {
    if (options.exclusive === true) await forgetOwnership(parts.coordination, prefix);
  });
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([...[...followers].map((follower) => follower.stop()), appender.close()]);
    await parts.wakeup.close();
    const ended = Promise.all([parts.appends.close(), reads.close(), parts.coordination.close(), inspector.close()]);
    await Promise.race([ended, pause(MAX_CLOSE_MS, undefined, { ref: false })]);
  };
  const log: Omit<EventLog, 'guard' | 'append'> = {
    follow(follow) {
      if (closed !== undefined) throw new LogUnavailable('the log is closed');
      const follower = startFollower({ ...followerOptions(options, parts, follow), ready });
      followers.add(follower);
      return {
        owned: () => follower.owned(),
        stop: () => follower.stop().then(() => void followers.delete(follower)),
      };
    },
    read: (read) => readPartition({ connections: reads, prefix }, read),
    endPositions: (topic) => readEnds({ connections: reads, prefix }, topic),
    progress: (group, topic) => readProgress(parts.coordination, prefix, group, topic),
    identity: () => readIdentity(reads, prefix, layout),
    close: () => (closed ??= close()),
  };
  const append: EventLog['append'] = (...those) => appender.append(...those);
  return guardLog({ ...nameTopics(log, layout), append }, parts.guard);
}

function makeParts(options: PostgresLogOptions): Parts {
  const { topicPrefix: prefix = '', layout = {} } = options;
  const connection: ConnectionOptions = {
    url: options.url,
    pooler: options.pooler,
    applicationName: options.applicationName ?? 'mps-ledger',
    statementTimeoutMs: options.statementTimeoutMs ?? 10_000,
    connectTimeoutMs: options.connectTimeoutMs ?? 5_000,
    logger: options.logger ?? silent,
  };
  const max = options.maxConnections ?? 4;
  const inspector = makeLogInspector(connection, { prefix, layout });
  const guard: Guard = new Guard({
    ...{ ...namingOf(layout), topics: layout.topics ?? [] },
    inspect: (fresh) => inspector.inspect(fresh),
    settings: () => Promise.resolve({ unsafe: null, warnings: [] }),
    readOne: async (topic, partition, offset) =>
      (await fetchRecords({ connections: reads, prefix }, topicName(topic, layout), partition, offset, ONE)).find(
        (one) => one.offset === offset,
      ),
    logger: options.guardLogger ?? options.logger ?? silent,
    ...(options.guardIntervalMs !== undefined && { intervalMs: options.guardIntervalMs }),
  });
  const noticed = { ...connection, onOpened: () => guard.requireComparison() };
  const reads = makeConnections(noticed, 'soon', max);
  const appends = makeConnections(noticed, 'durable', max);
  const listenAt = listenUrl(options);
  const wakeup = new Wakeup(listenAt === undefined ? null : { ...connection, url: listenAt }, prefix);
  const send = makeSend({
    ...{ connections: appends, prefix, logId: () => guard.logId, named: (topic) => topicName(topic, layout) },
    onAppended: (...end) => wakeup.appended(...end),
  });
  return {
    ...{ prefix, appends, reads, wakeup, guard, inspector },
    // After a crash of the server, records above the remaining progress are read again.
    coordination: makeConnections(connection, 'soon', 2),
    appender: new Appender({ send: guardSends(guard, send), maxWaitingBytes: options.maxWaitingBytes }),
  };
}

const ONE = { maxRecords: 1, maxBytes: 1 };

function followerOptions(
  options: PostgresLogOptions,
  { prefix, reads, coordination, wakeup }: Parts,
  follow: FollowOptions,
) {
  const leaseMs = options.leaseMs ?? 10_000;
  const { group, topic } = follow;
  const member = `${hostname()}:${process.pid}:${randomUUID()}`;
  return {
    follow,
    holder: { connections: coordination, prefix, group, topic, member, leaseMs },
    records: { connections: reads, prefix },
    wakeup,
    beatMs: leaseMs / 5,
    pollMs: Math.min(options.pollMs ?? (listenUrl(options) === undefined ? POLL_WITHOUT_WAKEUP_MS : 1_000), 1_000),
    logger: options.logger ?? silent,
  };
}
