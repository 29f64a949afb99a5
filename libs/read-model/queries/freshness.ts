import { positionCheck } from '@mps-ledger/records';
import { inSchema, type ReadModel } from '../read-model';
import { fresh } from '../sql/fresh';

/** How far the rows of one answer are. Read in the same statement as the rows, so that both are of one snapshot. */
export interface Freshness {
  readonly logId: string;
  readonly logGeneration: number;
  readonly eventGeneration: number;
  /** The next event offset to apply, by partition: every event below it is in the rows. */
  readonly offsets: readonly number[];
  /** `positionCheck` of the events just before these offsets. */
  readonly check: string;
  /** Each raw offset below this is accounted for, by partition. */
  readonly rawNext: readonly number[];
  /** Of the raw offsets from `rawNext` up to this, some are applied and some are not, by partition; usually there are none. */
  readonly rawTop: readonly number[];
  /**
   * The rows hold everything that was acknowledged until this many milliseconds ago, by the database's clock; never
   * negative; null while that is not known of every partition.
   */
  readonly lagMs: number | null;
}

/** The read model has its tables, and no projector has met a log yet: there is nothing to be fresh about. */
export class ReadModelEmpty extends Error {
  readonly code = 'read-model-empty';

  constructor(schema: string) {
    super(`no projector has written to the schema ${schema} yet`);
  }
}

/** Columns of the CTE `fresh`, as they arrive. */
export interface FreshRow {
  readonly log_id: string;
  readonly log_generation: number;
  readonly event_generation: number;
  readonly partitions: number;
  /** `partition:position:raw_next:raw_top`, separated by spaces. */
  readonly checkpoints: string | null;
  readonly check: string | null;
  readonly lag_ms: string | null;
}

/** Reads the columns of `fresh`; `row` is the first of a result. Throws `ReadModelEmpty` where there is none. */
export function freshnessOf({ schema }: ReadModel, row: FreshRow | undefined): Freshness {
  if (row === undefined) throw new ReadModelEmpty(schema);
  const offsets = new Array<number>(row.partitions).fill(0);
  const rawNext = new Array<number>(row.partitions).fill(0);
  const rawTop = new Array<number>(row.partitions).fill(0);
  for (const checkpoint of row.checkpoints?.split(' ') ?? []) {
    const [partition = 0, position = 0, next = 0, top = 0] = checkpoint.split(':').map(Number);
    offsets[partition] = position;
    rawNext[partition] = next;
    rawTop[partition] = top;
  }
  const lagMs = row.lag_ms === null ? null : Number(row.lag_ms);
  const { log_id: logId, log_generation: logGeneration, event_generation: eventGeneration } = row;
  const check = row.check ?? positionCheck(offsets.map(() => null));
  return { logId, logGeneration, eventGeneration, offsets, check, rawNext, rawTop, lagMs };
}

const READ = inSchema((schema) => `with ${fresh(schema)} select * from fresh`);

/** How far the read model is, alone. */
export async function readFreshness(model: ReadModel): Promise<Freshness> {
  const { rows } = await model.db.query<FreshRow>(READ(model));
  return freshnessOf(model, rows[0]);
}
