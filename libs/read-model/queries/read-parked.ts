import type { ReadModel } from '../read-model';

/** How many records are parked, and the newest of them. */
export interface ParkedSummary {
  readonly count: number;
  readonly newest: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly reason: string;
  }[];
}

/** Counts what is parked, and reads the newest by the log's clock, at most `most`. */
export async function readParked({ schema, db }: ReadModel, most: number): Promise<ParkedSummary> {
  const { rows } = await db.query<{ topic: string; partition: number; offset: string; reason: string; count: string }>(
    `SELECT topic, partition, "offset", reason, count(*) OVER () AS count
     FROM ${schema}.parked ORDER BY logged DESC, topic, partition, "offset" DESC LIMIT $1`,
    [most],
  );
  const newest = rows.map(({ topic, partition, offset, reason }) => ({
    ...{ topic, partition, reason },
    offset: Number(offset),
  }));
  return { count: Number(rows[0]?.count ?? 0), newest };
}
