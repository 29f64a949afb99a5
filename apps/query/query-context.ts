import type { Queryable } from '@mps-ledger/read-model';
import type { Lane } from './lane';
import type { WaitingRoom } from './waiting/waiting-room';

/** What every operation needs. */
export interface QueryContext {
  readonly db: Queryable;
  readonly waiting: WaitingRoom;
  /** Bounds how many lists are read at once. */
  readonly lists: Lane;
}
