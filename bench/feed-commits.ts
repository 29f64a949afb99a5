import { Client } from 'pg';
import { PROJECTION_CHANNEL } from '@mps-ledger/read-model';
import { TOPICS } from '@mps-ledger/records';
import { madeId } from './feed-clients';

/** Commits events as a projector does, one a transaction, to measure what follows from the commit on. */
export interface FeedCommits {
  /** Commits one more event and announces it; resolves with the time of the commit, by the clock of `performance.now()`. */
  commit(): Promise<{ readonly number: number; readonly at: number }>;
  close(): Promise<void>;
}

/** A row of history once more, at the next place; the checkpoint moves behind it. */
const COMMIT = `WITH next AS (
  SELECT h.partition, c.position AS at, h."offset" AS of
  FROM tasks_v1.history h JOIN tasks_v1.checkpoint c ON c.topic = '${TOPICS.events}' AND c.partition = h.partition
  ORDER BY h.partition, h."offset" LIMIT 1
), added AS (
  INSERT INTO tasks_v1.history
  SELECT (jsonb_populate_record(h, jsonb_build_object('offset', next.at, 'event_id', $1::text))).*
  FROM next JOIN tasks_v1.history h ON h.partition = next.partition AND h."offset" = next.of
)
UPDATE tasks_v1.checkpoint c SET position = next.at + 1, last_event_id = $1, complete_as_of = clock_timestamp()
FROM next WHERE c.topic = '${TOPICS.events}' AND c.partition = next.partition`;

const BEHIND_ALL = `UPDATE tasks_v1.checkpoint c SET position = greatest(c.position,
  (SELECT max(h."offset") + 1 FROM tasks_v1.history h WHERE h.partition = c.partition)) WHERE c.topic = $1`;

export async function feedCommits(databaseUrl: string): Promise<FeedCommits> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'mps-ledger bench' });
  await client.connect();
  // The rows that were multiplied in SQL lie beyond the checkpoint.
  await client.query(BEHIND_ALL, [TOPICS.events]);
  let last = 0;
  let turn: Promise<unknown> = Promise.resolve();
  const commit = async (number: number) => {
    await client.query({ name: 'commit', text: COMMIT, values: [madeId(number)] });
    const at = performance.now();
    await client.query('SELECT pg_notify($1, $2)', [PROJECTION_CHANNEL, 'bench']);
    return { number, at };
  };
  return {
    commit() {
      const number = (last += 1);
      const done = turn.then(() => commit(number));
      turn = done;
      return done;
    },
    close: () => client.end(),
  };
}
