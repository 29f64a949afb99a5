import type { ReadModel } from '../read-model';
import { FIND_PAST } from '../sql/find-past';
import { shownInstant } from '../sql/instants';
import { freshnessOf } from './freshness';
import type { Freshness, FreshRow } from './freshness';

/** Up to where a task's history is looked at: up to a version (from 1), or to a time of the log (RFC 3339, UTC, milliseconds). */
export type PastPoint = { readonly version: number } | { readonly at: string };

/** Place of a record on the event topic. */
export interface PlaceOfRecord {
  readonly partition: number;
  readonly offset: number;
}

/** A task as it was after a record of its history, without its state. */
export interface PastTask {
  readonly account: string;
  /** Exact. */
  readonly taskId: string;
  readonly version: number;
  /** Of its events up to there, how many could not be applied. */
  readonly parked: number;
  /** A part of a notification about it was applied, and the rest was not. */
  readonly incomplete: boolean;
  /** RFC 3339, UTC, milliseconds. */
  readonly firstReceived: string;
  /** When the log took the record. */
  readonly updated: string;
  /** The record: the last one up to the point. */
  readonly place: PlaceOfRecord;
  /** One word of `[a-z0-9_.]`: two reads with one tag are of one content. */
  readonly tag: string;
}

/** What is known of the task now. */
export interface KnownTask {
  readonly version: number;
  /** When the log took its first record; null where its history is gone. */
  readonly firstLogged: string | null;
}

export interface FoundPast {
  readonly freshness: Freshness;
  /** Null: the task is unknown. */
  readonly known: KnownTask | null;
  /** Null: nothing of the task lies at or before that point. */
  readonly past: PastTask | null;
}

interface PastRow extends FreshRow {
  readonly account: string | null;
  readonly task_id_json: string;
  readonly current_version: string;
  readonly first_received: string;
  readonly first_logged: string | null;
  readonly partition: number;
  readonly offset: string;
  readonly updated: string | null;
  readonly parked: string;
  readonly version: string;
  readonly incomplete: boolean;
  readonly tag: string;
}

/** Finds the last record of a task up to a point, and what it counts up to there; without reading the events themselves. */
export async function findPast(model: ReadModel, key: Buffer, point: PastPoint): Promise<FoundPast> {
  const values = [key, 'version' in point ? point.version : null, 'at' in point ? point.at : null];
  const { rows } = await model.db.query<PastRow>({ ...FIND_PAST(model), values });
  const row = rows[0];
  const freshness = freshnessOf(model, row);
  if (row === undefined || row.account === null) return { freshness, known: null, past: null };
  const firstLogged = row.first_logged === null ? null : shownInstant(row.first_logged);
  const known = { version: Number(row.current_version), firstLogged };
  return { freshness, known, past: row.updated === null ? null : pastTask(row, row.account, row.updated) };
}

function pastTask(row: PastRow, account: string, updated: string): PastTask {
  return {
    account,
    taskId: JSON.parse(row.task_id_json) as string,
    version: Number(row.version),
    parked: Number(row.parked),
    incomplete: row.incomplete,
    firstReceived: shownInstant(row.first_received),
    updated: shownInstant(updated),
    place: { partition: row.partition, offset: Number(row.offset) },
    tag: row.tag,
  };
}
