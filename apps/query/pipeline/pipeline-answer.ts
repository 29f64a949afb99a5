import { shownInstant } from '@mps-ledger/read-model';
import type {
  CheckpointRow,
  Freshness,
  ParkedReason,
  SourceActivity,
  StoredNotification,
  UnderivedAlarm,
} from '@mps-ledger/read-model';
import { formatPosition, TOPICS } from '@mps-ledger/records';
import { balancesOf } from './balances';

/** What the answer about the pipeline is made of, all of one snapshot. */
export interface PipelineParts {
  /** Of what was derived and of what was rejected. */
  readonly freshness: Freshness;
  /** The database's clock: RFC 3339, UTC, microseconds. */
  readonly now: string;
  readonly checkpoints: readonly CheckpointRow[];
  readonly alarms: readonly UnderivedAlarm[];
  readonly schema: string;
  readonly foldVersion: number | null;
  /** Null for a client that does not see all accounts. */
  readonly parked: { readonly count: number; readonly reasons: readonly ParkedReason[] } | null;
  readonly sources: { readonly sources: readonly SourceActivity[]; readonly isCut: boolean };
  readonly lastRejected: StoredNotification | null;
}

/** Rows that were complete so many seconds ago, or less, are fresh: a projector says so several times a second. */
const FRESH_SECONDS = 5;
/** Parked records that are looked at. */
export const MOST_PARKED = 10_000;

/** How far one partition is. */
interface PartitionProgress {
  readonly partition: number;
  readonly position: number;
  readonly raw_position: number;
  readonly complete_as_of: string | null;
  readonly lag: {
    readonly seconds: number | null;
    readonly notifications: number | null;
    readonly events: number | null;
  };
}

/** How long ago a time was, in seconds to the millisecond; null where it is not known, or is still to come. */
function secondsSince(time: string | null, now: string): number | null {
  if (time === null) return null;
  const ms = Date.parse(now) - Date.parse(time);
  return ms < -1 ? null : Math.max(0, ms) / 1000;
}

const isFresh = (seconds: number | null): boolean => seconds !== null && seconds <= FRESH_SECONDS;

function progressOf(checkpoint: CheckpointRow, now: string): PartitionProgress {
  const { partition, position, raw_next, seen_end, complete_as_of, event_end, event_end_as_of } = checkpoint;
  const seconds = secondsSince(complete_as_of, now);
  const waiting = Math.max(0, seen_end - raw_next);
  return {
    ...{ partition, position, raw_position: raw_next, complete_as_of: shownOrNull(complete_as_of) },
    lag: {
      seconds,
      // What the projector saw of the log says nothing of now where it has not looked lately.
      notifications: isFresh(seconds) || waiting > 0 ? waiting : null,
      events:
        event_end !== null && isFresh(secondsSince(event_end_as_of, now)) ? Math.max(0, event_end - position) : null,
    },
  };
}

const shownOrNull = (time: string | null): string | null => (time === null ? null : shownInstant(time));

/** The state of the pipeline, as an answer. */
export function pipelineAnswer(parts: PipelineParts): object {
  const { freshness, now, checkpoints, alarms, parked, sources, lastRejected } = parts;
  const events = checkpoints.filter(({ topic }) => topic === TOPICS.events);
  const seconds = freshness.lagMs === null ? null : freshness.lagMs / 1000;
  const times = checkpoints.map(({ complete_as_of }) => complete_as_of);
  const oldest = times.includes(null) ? null : (times.sort()[0] ?? null);
  const partitions = events.map((one) => progressOf(one, now));
  return {
    state: seconds === null ? 'unknown' : isFresh(seconds) ? 'fresh' : 'behind',
    complete_as_of: seconds === null ? null : shownOrNull(oldest),
    lag_seconds: seconds,
    position: formatPosition(freshness),
    partitions,
    holes: alarms.map(({ partition, from, to, isPassedOver }) => ({ partition, from, to, passed_over: isPassedOver })),
    parked: parked === null ? null : parkedAnswer(parked),
    rejected: { last: lastRejected === null ? null : rejectedAnswer(lastRejected) },
    sources: sources.sources.map(({ source, account, lastReceived, lastRejected: rejected }) => ({
      ...{ source, account, last_received: lastReceived, last_rejected: rejected },
      silent_seconds: secondsSince(lastReceived, now),
    })),
    sources_cut: sources.isCut,
    builds: [buildOf(parts)],
    balances: balancesOf({
      checkpoints,
      alarms,
      isFresh: isFresh(seconds),
      seconds,
      eventsWaiting: waitingIn(partitions),
    }),
    unknown: unknownOf(partitions, parked === null),
  };
}

/** Event records that are not applied; null where that is not known of some partition. */
function waitingIn(partitions: readonly PartitionProgress[]): number | null {
  return partitions.reduce<number | null>(
    (sum, { lag }) => (sum === null || lag.events === null ? null : sum + lag.events),
    0,
  );
}

function parkedAnswer({ count, reasons }: NonNullable<PipelineParts['parked']>): object {
  return {
    count: Math.min(count, MOST_PARKED),
    is_more: count > MOST_PARKED,
    reasons: reasons.map(({ reason, count: ofReason, firstLogged, lastLogged }) => ({
      ...{ reason, count: ofReason, first_logged: firstLogged, last_logged: lastLogged },
    })),
  };
}

function rejectedAnswer({ notificationId, account, source, received, reason }: StoredNotification): object {
  return { notification_id: notificationId, account, source, received, reason };
}

function buildOf({ schema, foldVersion, freshness }: PipelineParts): object {
  const { logId, logGeneration, eventGeneration } = freshness;
  return {
    ...{ build: schema, state: 'live', fold_version: foldVersion, log_id: logId },
    ...{ log_generation: logGeneration, event_generation: eventGeneration },
  };
}

/** What is null above, and why. */
function unknownOf(partitions: readonly PartitionProgress[], isBound: boolean): readonly object[] {
  const stale =
    `A partition is complete as of more than ${FRESH_SECONDS} s ago, or never was: the projector does not run, or does not keep up. ` +
    'See its /readyz.';
  const reasons: readonly (readonly [string, boolean, string])[] = [
    [
      'lag.seconds',
      partitions.some(({ lag }) => lag.seconds === null),
      'No projector has said yet that it is complete.',
    ],
    ['lag.notifications', partitions.some(({ lag }) => lag.notifications === null), stale],
    [
      'lag.events',
      partitions.some(({ lag }) => lag.events === null),
      `No projector has said in the last ${FRESH_SECONDS} s how far the event log reaches: it does not run, cannot read the log, or is of an earlier build. See its /readyz.`,
    ],
    ['parked', isBound, 'A parked record may be of any account, and the key shows some accounts only.'],
  ];
  return reasons.filter(([, isSo]) => isSo).map(([member, , why]) => ({ member, why }));
}
