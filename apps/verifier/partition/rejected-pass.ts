import { isGenesis, type LogRecord } from '@mps-ledger/event-log';
import { rejectedNotificationRow, scanNotifications, scanParked } from '@mps-ledger/read-model';
import type { NotificationRow, ParkedRow } from '@mps-ledger/read-model';
import { fromRejectedRecord, TOPICS } from '@mps-ledger/records';
import { differing, sides } from '@mps-ledger/comparing';
import { laneOf, type Lane } from '@mps-ledger/comparing';
import type { Difference } from '../report/findings';
import { recordsOf, type Scope } from '../scope';
import type { CheckpointCheck } from './checkpoint-check';
import { parkedCopy } from './expected-rows';

/**
 * Reads the rejected topic of one partition up to its end: is each record a row, or parked. What the topic does not keep
 * any more is not asked for.
 */
export async function passRejected(
  scope: Scope,
  partition: number,
  end: number,
  checkpoint: CheckpointCheck,
): Promise<void> {
  const at = { topic: TOPICS.rejected, partition };
  const rows = laneOf(scanNotifications(scope.model, at));
  const parked = laneOf(scanParked(scope.model, at));
  let isFirst = true;
  for await (const record of recordsOf(scope.log, TOPICS.rejected, partition, [0, end])) {
    scope.progress.advance();
    const { offset } = record;
    for (const lane of [rows, parked]) await strays(scope, lane, partition, offset, isFirst);
    isFirst = false;
    checkpoint.meet(record, 0, null);
    if (offset >= checkpoint.position || isGenesis(record)) continue;
    scope.findings.check('notifications').saw();
    const row = (await rows.peek())?.offset === offset ? await rows.take() : undefined;
    const parkedRow = (await parked.peek())?.offset === offset ? await parked.take() : undefined;
    const difference = differenceOf(record, row, parkedRow);
    if (difference === null) continue;
    const where = { topic: TOPICS.rejected, partition, offset };
    await scope.findings.check('notifications').differs(() => ({ ...difference, where }));
  }
  for (const lane of [rows, parked]) {
    // Where nothing is left, all of it may have expired.
    await strays(scope, lane, partition, end, isFirst);
    await strays(scope, lane, partition, Number.POSITIVE_INFINITY, false);
  }
}

function differenceOf(
  record: LogRecord,
  row: NotificationRow | undefined,
  parked: ParkedRow | undefined,
): Omit<Difference, 'where'> | null {
  const rejected = fromRejectedRecord(record);
  if (parked !== undefined && row !== undefined) return { what: 'a rejected record has a row and is parked' };
  if (parked !== undefined) {
    const differences = differing(parkedCopy(record), parked);
    return differences.length === 0 ? null : { what: 'what is parked is not the record', ...sides(differences) };
  }
  if ('problem' in rejected)
    return { what: `a rejected record that cannot be read (${rejected.problem}) is not parked` };
  if (row === undefined) return { what: 'a rejected record has no row', expected: { reason: rejected.reason } };
  const differences = differing(rejectedNotificationRow(rejected, record.offset), row);
  return differences.length === 0
    ? null
    : { what: 'the row is not what the rejected record says', ...sides(differences) };
}

async function strays(
  { findings }: Scope,
  lane: Lane<NotificationRow | ParkedRow>,
  partition: number,
  before: number,
  mayBeExpired: boolean,
): Promise<void> {
  for (let row = await lane.peek(); row !== undefined && row.offset < before; row = await lane.peek()) {
    await lane.take();
    if (mayBeExpired) continue;
    const where = { topic: TOPICS.rejected, partition, offset: row.offset };
    await findings
      .check('notifications')
      .differs(() => ({ what: 'a row has no rejected record, or is there twice', where }));
  }
}
