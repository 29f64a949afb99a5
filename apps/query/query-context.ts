import type { ReadModel } from '@mps-ledger/read-model';
import type { Lane } from './lane';
import type { WaitingRoom } from './waiting/waiting-room';

/** What every operation needs. */
export interface QueryContext {
  readonly db: ReadModel;
  readonly waiting: WaitingRoom;
  /** Bounds how many lists are read at once. */
  readonly lists: Lane;
}
