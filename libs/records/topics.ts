import type { EventLogLayout, Generations } from '@mps-ledger/event-log';
import { EVENT_GENERATION, MAPPER_VERSION } from '@mps-ledger/tasks';

/** Names of the log's topics, without the prefix that an installation may configure. All have the same number of partitions. */
export const TOPICS = {
  /** The exact bytes received, one record per notification. Kept indefinitely. */
  raw: 'mps.notifications.v1',
  /** The events derived from the raw records. Kept indefinitely. */
  events: 'mps.task-events.v1',
  /** Rejected records: reason, digest and size of refused bodies, without the bytes. Kept for 30 days. */
  rejected: 'mps.rejected.v1',
} as const;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** The layout of this build's log: topics, mapper, generations and the retention of rejected records. */
export const LEDGER_LAYOUT = {
  topics: Object.values(TOPICS),
  derived: { topic: TOPICS.events, mapper: MAPPER_VERSION },
  generations: { logGeneration: 1, eventGeneration: EVENT_GENERATION },
  retentionMs: { [TOPICS.rejected]: 30 * DAY_MS },
} as const satisfies EventLogLayout;

/** The group that derives an event generation: `mps-ledger.derive.g<M>`, with the suffix `.l<L>` from the second log generation on. */
export function deriveGroup({ logGeneration, eventGeneration }: Generations): string {
  return `mps-ledger.derive.g${eventGeneration}${logGeneration === 1 ? '' : `.l${logGeneration}`}`;
}

/**
 * The group that forwards the notifications of a source: `mps-ledger.forward.<source>`, from the second log generation on
 * `mps-ledger.forward-l<L>.<source>`, as ids of sources may have dots.
 */
export function forwardGroup({ logGeneration }: Pick<Generations, 'logGeneration'>, source: string): string {
  return `mps-ledger.forward${logGeneration === 1 ? '' : `-l${logGeneration}`}.${source}`;
}

/** The group that projects the events: one for each build of the read model. */
export function projectGroup(build: string): string {
  return `mps-ledger.project.${build}`;
}

/** The group that builds rows of rejected records for one build of the read model. */
export function rejectedGroup(build: string): string {
  return `${projectGroup(build)}.rejected`;
}

/** The account of sources that are configured without one. */
export const DEFAULT_ACCOUNT = 'default';

const ACCOUNT = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Whether a text is a valid account name. */
export function isAccount(text: string): boolean {
  return ACCOUNT.test(text);
}

/**
 * The key that decides the partition of all records of a task (Kafka's default partitioner over its UTF-8 bytes): the TaskId in
 * account `default`, else `account/TaskId`. For a notification without a task the key is the notification id alone.
 */
export function partitionKey(account: string, taskId: string): string {
  return account === DEFAULT_ACCOUNT ? taskId : `${account}/${taskId}`;
}
