import type { Queryable } from '@mps-ledger/read-model';
import type { WaitingRoom } from './waiting/waiting-room';

/** What every operation needs. */
export interface Reading {
  readonly db: Queryable;
  readonly waiting: WaitingRoom;
}
