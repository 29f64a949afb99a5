import { textOf } from '../document/canonical';
import { own } from '../document/json';
import type { JsonObject } from '../document/json';

/** What a word for a status says: how a task stands, or a subtask. */
export type Standing = 'queued' | 'processing' | 'finished' | 'succeeded' | 'failed';

const WORDS: ReadonlyMap<string, Standing> = new Map([
  ['WAITING', 'queued'],
  ['PROCESSING', 'processing'],
  ['FINISH', 'finished'],
  ['SUCCESS', 'succeeded'],
  ['FAIL', 'failed'],
  ['ERROR', 'failed'],
]);

/** What an object's Status says, in whatever case it is written; undefined for none and for a word that nobody knows. */
export function standingOf(holder: JsonObject): Standing | undefined {
  return WORDS.get((textOf(own(holder, 'Status')) ?? '').toUpperCase());
}
