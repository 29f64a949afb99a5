import type { EventLogLayout, Generations } from '@mps-ledger/event-log';
import { EVENT_GENERATION, MAPPER_VERSION } from '@mps-ledger/tasks';

/** Names of the log's topics, without the prefix that an installation may give them. All have the same partition count. */
export const TOPICS = {
  /** What was received: exact bytes, one record per notification. Kept without end. */
  raw: 'mps.notifications.v1',
  /** What was derived from it. Kept without end. */
  events: 'mps.task-events.v1',
  /** What is no notification at all: reason, digest and size, no bytes. Kept for 30 days. */
  rejected: 'mps.rejected.v1',
} as const;

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How this build's log is laid out: its topics, what its mapper derives, and how long rejected records are kept. */
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

/** The group that builds rows of the events: one for each build of the read model. */
export function projectGroup(build: string): string {
  return `mps-ledger.project.${build}`;
}

/** The account of sources for which none is named. */
export const DEFAULT_ACCOUNT = 'default';

const ACCOUNT = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** True for text that may name an account. */
export function isAccount(text: string): boolean {
  return ACCOUNT.test(text);
}

/**
 * The text whose partition (Kafka's default partitioner over its UTF-8 bytes) a task's whole life is in: its TaskId in
 * account `default`, else `account/TaskId`. Where a notification names no task, its id takes the TaskId's place and no
 * account is put before it.
 */
export function partitionKey(account: string, taskId: string): string {
  return account === DEFAULT_ACCOUNT ? taskId : `${account}/${taskId}`;
}
