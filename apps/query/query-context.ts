import type { Pool } from 'pg';
import type { OptionalProjection } from '@mps-ledger/projections';
import type { ReadModel } from '@mps-ledger/read-model';
import type { OpenFeeds } from './feeds/open-feeds';
import type { CachedSealer } from './http/cached-sealer';
import type { Lane } from './lane';
import type { WaitingRoom } from './waiting/waiting-room';

/** What every operation needs. */
export interface QueryContext {
  readonly db: ReadModel<Pool>;
  readonly waiting: WaitingRoom;
  /** Bounds how many lists are read at once. */
  readonly lists: Lane;
  /** Bounds how many long histories are folded at once. */
  readonly folds: Lane;
  /** Bounds how many exports are sent at once. */
  readonly exports: Lane;
  readonly cursors: CachedSealer;
  readonly feeds: OpenFeeds;
  /** The optional projections that are on. */
  readonly projections: readonly OptionalProjection[];
}

/** An operation as it is injected: its context is bound. */
export type Service<Work> = Work extends (context: QueryContext, ...given: infer Given) => infer Result
  ? (...given: Given) => Result
  : never;
