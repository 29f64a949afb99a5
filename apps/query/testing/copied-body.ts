import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction } from '@mps-ledger/database';
import { RAW, schemaOf } from '@mps-ledger/projections';
import { projectionSchema } from '@mps-ledger/read-model';
import type { PlantedLog, Received } from './planted-log';

/** Copies the bytes of a planted notification as the projection raw does, and gives it their digest. Null: they are erased. */
export async function copyBody(
  pool: Pool,
  log: PlantedLog,
  { id, partition, rawOffset }: Received,
  bytes: Buffer | null,
  contentType = 'application/json',
): Promise<void> {
  const schema = schemaOf(RAW, log);
  const place = { topic: RAW.topic, partition, offset: rawOffset, logged: '2026-11-22T09:00:00Z' };
  const { rows } = await RAW.toRows([{ ...place, key: null, value: bytes, headers: { 'content-type': contentType } }]);
  await inTransaction(pool, async (client) => {
    await RAW.writeRows(client, schema, partition, rows);
    await client.query(`UPDATE ${schema}.checkpoint SET position = $2 WHERE partition = $1`, [
      partition,
      rawOffset + 1,
    ]);
    return ['commit', undefined];
  });
  if (bytes === null) return;
  const digest = createHash('sha256').update(bytes).digest('hex');
  const sql = `UPDATE ${projectionSchema}.notification SET digest = $1 WHERE notification_id = $2`;
  await pool.query(sql, [digest, id]);
}
