import type { ClientBase } from 'pg';
import { accountedAmong, advanced, endOfRun } from '@mps-ledger/read-model';
import type { CheckpointState, RawProgress } from '@mps-ledger/read-model';

/**
 * The progress on the raw log after a batch: `named` are the raw offsets whose `notification.received` it holds, in the order
 * of the log, some perhaps again. In the transaction that has locked the checkpoint.
 *
 * Usually each is the next one. After a crash or beside a stale owner they step back, and where derivation passed something
 * over they jump: then what is applied already is looked up in the rows.
 */
export async function rawProgressAfter(
  client: ClientBase,
  partition: number,
  before: CheckpointState,
  named: readonly number[],
): Promise<RawProgress> {
  const given = new Set(named);
  let next = before.rawNext;
  while (given.has(next)) next += 1;
  const top = named.reduce((highest, offset) => Math.max(highest, offset + 1), before.rawTop);
  // Rows above the next one are there only where something was passed over before.
  while (next > before.rawNext && before.rawTop > next) {
    const end = await endOfRun(client, partition, next);
    if (end === next) break;
    next = end;
    while (given.has(next)) next += 1;
  }
  return advanced(before, next, top);
}

/** Tells of some raw offsets whether their first `notification.received` was applied before. */
export async function accountedBefore(
  client: ClientBase,
  partition: number,
  { rawNext, rawTop }: RawProgress,
  offsets: Iterable<number>,
): Promise<(offset: number) => boolean> {
  if (rawTop <= rawNext) return (offset) => offset < rawNext;
  const above = [...new Set(offsets)].filter((offset) => offset >= rawNext && offset < rawTop);
  const known = await accountedAmong(client, partition, above);
  return (offset) => offset < rawNext || known.has(offset);
}
