import { TOPICS } from '@mps-ledger/records';

/** The topics that the read model is made of. */
export const FOLLOWED: readonly string[] = [TOPICS.events, TOPICS.rejected];

/** Topics whose records expire, also before they are applied. */
export const EXPIRING: ReadonlySet<string> = new Set([TOPICS.rejected]);
