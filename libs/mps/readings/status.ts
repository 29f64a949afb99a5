import { textOf } from '../document/canonical';
import { own } from '../document/json';
import type { JsonObject } from '../document/json';

/** The status of a task or subtask as a notification reports it. */
export type ReportedStatus = 'queued' | 'processing' | 'finished' | 'succeeded' | 'failed';

const STATUSES_BY_WORD: ReadonlyMap<string, ReportedStatus> = new Map([
  ['WAITING', 'queued'],
  ['PROCESSING', 'processing'],
  ['FINISH', 'finished'],
  ['SUCCESS', 'succeeded'],
  ['FAIL', 'failed'],
  ['ERROR', 'failed'],
]);

/** The status in an object's Status member, in any case; undefined if it is absent or unknown. */
export function reportedStatus(holder: JsonObject): ReportedStatus | undefined {
  return STATUSES_BY_WORD.get((textOf(own(holder, 'Status')) ?? '').toUpperCase());
}
