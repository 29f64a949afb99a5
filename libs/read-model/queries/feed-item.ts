import type { Bytes } from '../entities';
import type { TransitionRow } from '../write/rows';

/** One record of a feed. */
export interface FeedItem {
  readonly partition: number;
  readonly offset: number;
  readonly account: string;
  /** Null: it is of no task. */
  readonly task: Bytes | null;
  /** Its TaskId, sanitised; null where it has none, or an empty one. */
  readonly subject: string | null;
  readonly fact: FeedEvent;
  /** The transition that it made, where there is one and it was asked for. */
  readonly change: (FeedEvent & Pick<TransitionRow, 'kind' | 'status' | 'outcome'>) | null;
  readonly eventId: string;
}

/** An event as it is sent. */
export interface FeedEvent {
  /** CloudEvents type, without the prefix. */
  readonly type: string;
  /** JSON text; of a fact byte for byte as on the log, and empty where only transitions are read. */
  readonly text: string;
}
