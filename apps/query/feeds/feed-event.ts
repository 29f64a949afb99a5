import type { FeedEvent, FeedItem } from '@mps-ledger/read-model';
import type { FeedName } from './feed-parameters';

/** What a stream shows of a record: one that it shows has it. */
export function eventOf(stream: FeedName, { fact, change }: FeedItem): FeedEvent {
  return stream === 'facts' ? fact : (change ?? fact);
}
