import { LogNotReady } from '../port/errors';
import type { Connections } from './connections';

/** A group's progress in a topic, by partition; null where it has none. Rejects with a LogError. */
export async function readProgress(
  connections: Connections,
  prefix: string,
  group: string,
  topic: string,
): Promise<(number | null)[]> {
  const rows = await connections.run<{ position: string | null }>({
    name: 'ledger-log-progress',
    text: `
      SELECT c.position::text
      FROM ledger_log.partition p
      LEFT JOIN ledger_log.claim c
        ON c.prefix = p.prefix AND c."group" = $2 AND c.topic = p.topic AND c.partition = p.partition
      WHERE p.prefix = $1 AND p.topic = $3
      ORDER BY p.partition`,
    values: [prefix, group, topic],
  });
  if (rows.length === 0) throw new LogNotReady(`the topic ${topic} is missing: run setup`);
  return rows.map(({ position }) => (position === null ? null : Number(position)));
}

/**
 * Deletes all ownership in a log, and keeps the progress. Only for a process that has the database to itself (an embedded one,
 * whose folder it locks): otherwise the leases of its predecessor would have to expire first.
 */
export async function forgetOwnership(connections: Connections, prefix: string): Promise<void> {
  await connections.run({
    text: `
      WITH forgotten AS (DELETE FROM ledger_log.member WHERE prefix = $1)
      UPDATE ledger_log.claim SET owner = NULL WHERE prefix = $1 AND owner IS NOT NULL`,
    values: [prefix],
  });
}
