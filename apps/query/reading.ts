import type { Queryable } from '@mps-ledger/read-model';
import type { Lane } from './lane';
import type { WaitingRoom } from './waiting/waiting-room';

/** What every operation needs. */
export interface Reading {
  readonly db: Queryable;
  readonly waiting: WaitingRoom;
  /** Lists read in their turn. */
  readonly lists: Lane;
}
