import type { ReadModel } from '../read-model';
import { SCAN_CHECKPOINTS } from '../sql/scan-checkpoints';

/** A checkpoint's row as it stands. */
export interface CheckpointRow {
  readonly topic: string;
  readonly partition: number;
  readonly position: number;
  readonly last_offset: number | null;
  readonly last_event_id: string | null;
  readonly last_digest: string | null;
  readonly raw_next: number;
  readonly raw_top: number;
  readonly seen_end: number;
  /** RFC 3339, UTC, microseconds. */
  readonly complete_as_of: string | null;
  readonly event_end: number | null;
  /** Likewise. */
  readonly event_end_as_of: string | null;
}

type Row = { readonly [Column in keyof CheckpointRow]: CheckpointRow[Column] extends number ? string : unknown };

/** All checkpoints, by topic and partition. */
export async function readCheckpoints(model: ReadModel): Promise<readonly CheckpointRow[]> {
  const { rows } = await model.db.query<Row>(SCAN_CHECKPOINTS(model));
  return rows.map((row) => ({
    topic: String(row.topic),
    partition: Number(row.partition),
    position: Number(row.position),
    last_offset: row.last_offset === null ? null : Number(row.last_offset),
    last_event_id: textOrNull(row.last_event_id),
    last_digest: textOrNull(row.last_digest),
    raw_next: Number(row.raw_next),
    raw_top: Number(row.raw_top),
    seen_end: Number(row.seen_end),
    complete_as_of: textOrNull(row.complete_as_of),
    event_end: row.event_end === null ? null : Number(row.event_end),
    event_end_as_of: textOrNull(row.event_end_as_of),
  }));
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
