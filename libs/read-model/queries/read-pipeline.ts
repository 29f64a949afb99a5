import type { ReadModel } from '../read-model';
import { shownInstant } from '../sql/instants';
import { READ_FOLD_VERSION, READ_PARKED_REASONS, READ_SOURCES } from '../sql/pipeline';
import type { VisibleAccounts } from '../visible-accounts';

/** When a source last brought something, as far as it is applied. Times are RFC 3339, UTC, milliseconds. */
export interface SourceActivity {
  readonly source: string;
  readonly account: string;
  readonly lastReceived: string;
  /** The last that was rejected; null: none. */
  readonly lastRejected: string | null;
}

/** Filter keys that are looked at: each source has some ten, one for each class of its notifications. */
const MOST_KEYS = 2_000;

/**
 * When each source last brought something, newest first. Notifications that an earlier build derived do not say by which source. `isCut`:
 * there are more sources than were looked at.
 */
export async function readSources(
  model: ReadModel,
  visible: VisibleAccounts,
): Promise<{ readonly sources: readonly SourceActivity[]; readonly isCut: boolean }> {
  const { rows } = await model.db.query<{
    source: string | null;
    account: string;
    last_received: string;
    last_rejected: string | null;
    is_cut: boolean;
  }>(READ_SOURCES(model), [MOST_KEYS, visible === 'all' ? null : visible]);
  return {
    sources: rows.flatMap(({ source, account, last_received, last_rejected }) => {
      if (source === null) return [];
      const lastRejected = last_rejected === null ? null : shownInstant(last_rejected);
      return [{ source, account, lastReceived: shownInstant(last_received), lastRejected }];
    }),
    isCut: rows[0]?.is_cut ?? false,
  };
}

/** Parked records with the same reason. */
export interface ParkedReason {
  readonly reason: string;
  readonly count: number;
  readonly firstLogged: string;
  readonly lastLogged: string;
}

/** Parked records, of which no more than `most` are looked at, by reason, the most frequent first. */
export async function readParkedReasons(
  model: ReadModel,
  { most, reasons }: { readonly most: number; readonly reasons: number },
): Promise<{ readonly count: number; readonly reasons: readonly ParkedReason[] }> {
  const { rows } = await model.db.query<{
    total: number;
    reason: string | null;
    count: number;
    first_logged: string;
    last_logged: string;
  }>(READ_PARKED_REASONS(model), [most, reasons]);
  return {
    count: rows[0]?.total ?? 0,
    reasons: rows.flatMap(({ reason, count, first_logged, last_logged }) =>
      reason === null
        ? []
        : [{ reason, count, firstLogged: shownInstant(first_logged), lastLogged: shownInstant(last_logged) }],
    ),
  };
}

/** The version of the fold that wrote the rows; null where no projector has run. */
export async function readFoldVersion(model: ReadModel): Promise<number | null> {
  const { rows } = await model.db.query<{ fold_version: number }>(READ_FOLD_VERSION(model));
  return rows[0]?.fold_version ?? null;
}
