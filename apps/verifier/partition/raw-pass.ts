import { createHash } from 'node:crypto';
import { isGenesis, recordDigest, type LogRecord } from '@mps-ledger/event-log';
import { eventsOfRecord, receivedWithoutSource, type DerivedEvent } from '@mps-ledger/records';
import {
  bytesText,
  derivedNotificationRow,
  scanNotifications,
  taskKey,
  type NotificationRow,
} from '@mps-ledger/read-model';
import type { NotificationReceived } from '@mps-ledger/tasks';
import { TOPICS } from '@mps-ledger/records';
import type { SendsOfPartition } from '../acknowledged';
import { differing, sides } from '@mps-ledger/comparing';
import { laneOf, type Lane } from '@mps-ledger/comparing';
import { recordsOf, type Scope } from '../scope';
import { Derivation } from './derivation';
import { digestOfId } from './ids';
import { checkPlace } from './placed';

/**
 * Reads the raw log of one partition up to its end: is each record whole, does it hold what was sent, what follows from it,
 * does its notification's row say so. Answers what must be on the event log.
 */
export async function passRaw(
  scope: Scope,
  partition: number,
  end: number,
  sends: SendsOfPartition,
): Promise<Derivation> {
  const at = { topic: TOPICS.raw, partition };
  const rows = laneOf(scanNotifications(scope.model, at));
  const derivation = new Derivation();
  for await (const record of recordsOf(scope.log, TOPICS.raw, partition, [0, end])) {
    scope.progress.advance();
    if (isGenesis(record)) continue;
    const sha256 = await checkRaw(scope, record);
    if (record.headers['sha256'] === sha256) await checkPlace(scope, record);
    await sends.meet(record.offset, sha256, record.key?.toString() ?? '');
    await strayRows(scope, rows, partition, record.offset);
    const derived = eventsOfRecord(record);
    const received = derived.at(-1)?.event as NotificationReceived;
    const row = (await rows.peek())?.offset === record.offset ? await rows.take() : undefined;
    if (row !== undefined) await checkRow(scope, partition, row, received);
    const digests = derived.map((one) => recordDigest(one.record));
    const earlier = earlierDigest(derived);
    derivation.add(
      record.offset,
      digestOfId(received.hearing.causationId),
      digests,
      row?.event_offset ?? null,
      earlier,
    );
  }
  await sends.end();
  await strayRows(scope, rows, partition, Number.POSITIVE_INFINITY);
  return derivation;
}

/** Of the last event as earlier builds derived it. */
function earlierDigest(derived: readonly DerivedEvent[]): string | undefined {
  const last = derived.at(-1);
  const record = last === undefined ? null : receivedWithoutSource(last);
  return record === null ? undefined : recordDigest(record);
}

/** Compares a raw record with the digest that it was logged with; answers the digest of its bytes. */
async function checkRaw({ findings }: Scope, record: LogRecord): Promise<string> {
  const check = findings.check('raw');
  const { topic, partition, offset, headers } = record;
  const sha256 = createHash('sha256')
    .update(record.value ?? '')
    .digest('hex');
  const said = Object.hasOwn(headers, 'sha256') ? headers['sha256'] : undefined;
  check.saw();
  if (said === sha256) return sha256;
  await check.differs(() => ({
    what:
      said === undefined ? 'the record has no header sha256' : 'the record’s bytes are not those it was logged with',
    where: { topic, partition, offset },
    expected: { sha256: said ?? null },
    got: { sha256 },
  }));
  return sha256;
}

/** Rows of notifications before an offset that no raw record was met for. */
async function strayRows(
  { findings }: Scope,
  rows: Lane<NotificationRow>,
  partition: number,
  before: number,
): Promise<void> {
  for (;;) {
    const row = await rows.peek();
    if (row === undefined || row.offset >= before) return;
    await rows.take();
    await findings.check('notifications').differs(() => ({
      what: 'a row says that something was received of which there is no raw record, or says it twice',
      where: { topic: TOPICS.raw, partition, offset: row.offset },
      got: { notification_id: row.notification_id, state: row.state },
    }));
  }
}

/** Compares a row with the raw record itself; where on the event log it was said is compared when that is read. */
async function checkRow(
  { findings }: Scope,
  partition: number,
  row: NotificationRow,
  received: NotificationReceived,
): Promise<void> {
  const { account, task_id: taskId } = received.data;
  const task = taskId === undefined ? null : bytesText(taskKey(account, taskId));
  const expected = derivedNotificationRow(received, row.event_offset ?? -1, task);
  // A row of an earlier build does not say by which source.
  const differences = differing({ ...expected, source: row.source === null ? null : expected.source }, row);
  const check = findings.check('notifications');
  check.saw();
  if (differences.length === 0) return;
  await check.differs(() => ({
    what: 'the row of a notification is not what its raw record says',
    where: { topic: TOPICS.raw, partition, offset: row.offset },
    ...sides(differences),
  }));
}
