import { isGenesis, recordDigest, type LogRecord } from '@mps-ledger/event-log';
import { summaryOfRecord, TOPICS, type EventSummary } from '@mps-ledger/records';
import { recordsOf, type Scope } from '../scope';
import { AppliedRows, type Fate } from './applied';
import { Balance, type Sums } from './balance';
import type { CheckpointCheck } from './checkpoint-check';
import type { Derivation } from './derivation';
import { contrast, deriveAgain } from './explain';

export interface EventPass {
  readonly scope: Scope;
  readonly partition: number;
  /** What must be there, by the raw log. */
  readonly derivation: Derivation;
  readonly checkpoint: CheckpointCheck;
  /** The event log's end. */
  readonly end: number;
  /** Raw offsets below this are known to be derived. */
  readonly derivedTo: number;
}

const RECEIVED = 'mps.notification.received';

/**
 * Reads the event log of one partition up to its end: does each record follow from the raw log, is each in history or
 * parked, is nothing missing. Answers the sums for the balances.
 */
export async function passEvents(pass: EventPass): Promise<Sums> {
  const { scope, partition, derivation, checkpoint, end } = pass;
  const balance = new Balance(derivation, derivedNotifications(pass));
  const rows = new AppliedRows(scope, partition, checkpoint.position, (row) => balance.meetHistory(row));
  for await (const record of recordsOf(scope.log, TOPICS.events, partition, [0, end])) {
    scope.progress.advance();
    const { expected, fate } = await rows.meet(record);
    const event = isGenesis(record) ? null : factsOf(record, summaryOfRecord(record));
    const rawTop = event?.isReceived === true && event.rawOffset >= 0 ? event.rawOffset + 1 : 0;
    checkpoint.meet(record, rawTop, rows.lastEventId);
    if (event === null) continue;
    balance.meetEvent(event.id, fate);
    await meetEvent(pass, record, event, fate === 'applied' && expected.kind === 'applied');
    if (event.isReceived) await meetReceived(pass, record, event, balance, fate);
  }
  await rows.end();
  await findMissing(pass);
  await checkReceived(pass, balance);
  await checkNotificationRows(pass);
  return balance.sums();
}

/** What a record says of itself, whatever else is wrong with it. */
interface Facts {
  readonly id: string;
  readonly isReceived: boolean;
  readonly notificationId: string;
  /** -1 where it says none. */
  readonly rawOffset: number;
}

function factsOf({ partition, offset }: LogRecord, said: EventSummary): Facts {
  const { eventId = `record-${partition}-${offset}`, type, causationId = '', rawOffset = -1 } = said;
  return { id: eventId, isReceived: type === RECEIVED, notificationId: causationId, rawOffset };
}

/** The first notifications, as many as are known to be derived: later ones may still be on their way. */
function derivedNotifications({ derivation, derivedTo }: EventPass): number {
  let records = derivation.records;
  while (records > 0 && derivation.offsetOf(records - 1) >= derivedTo) records -= 1;
  return derivation.notificationsBefore(records);
}

async function meetEvent(pass: EventPass, record: LogRecord, event: Facts, isApplied: boolean): Promise<void> {
  const { scope, partition, derivation } = pass;
  const check = scope.findings.check('derived');
  check.saw();
  const number = derivation.recordAt(event.rawOffset);
  const found = number < 0 ? null : derivation.meet(number, recordDigest(record));
  const where = { topic: TOPICS.events, partition, offset: record.offset };
  if (found === null)
    return check.differs(async () => ({
      what:
        number < 0
          ? `an event record names raw offset ${event.rawOffset}, where there is no notification`
          : `an event record is not what follows from raw offset ${event.rawOffset}`,
      where,
      ...contrast(record, number < 0 ? [] : await deriveAgain(scope, partition, event.rawOffset)),
    }));
  const { isLast, isComplete } = derivation.endsRecord(found);
  if (isLast && found.isFirst && !isComplete)
    await check.differs(() => ({
      what: `notification.received of raw offset ${event.rawOffset} comes before all its other events were there`,
      where,
    }));
  if (isApplied && isLast) derivation.applied(number, record.offset);
}

async function meetReceived(
  { scope, partition }: EventPass,
  record: LogRecord,
  event: Facts,
  balance: Balance,
  fate: Fate,
): Promise<void> {
  if (balance.meetReceived(event.notificationId, event.id, fate)) return;
  await scope.findings.check('one-received').differs(() => ({
    what: 'a notification.received is of a notification that is not on the raw log',
    where: { topic: TOPICS.events, partition, offset: record.offset },
    got: { notification_id: event.notificationId },
  }));
}

/** What follows from the raw log and was not met. */
async function findMissing({ scope, partition, derivation, derivedTo }: EventPass): Promise<void> {
  const check = scope.findings.check('derived');
  for (let record = 0; record < derivation.records; record += 1) {
    const offset = derivation.offsetOf(record);
    if (offset >= derivedTo) return;
    for (const place of derivation.missingOf(record)) {
      await check.differs(async () => {
        const event = (await deriveAgain(scope, partition, offset))[place]?.event;
        return {
          what: 'an event that follows from the raw log is not on the event log',
          where: { topic: TOPICS.raw, partition, offset },
          expected: { event_id: event?.id, type: event?.type },
        };
      });
    }
  }
}

async function checkReceived({ scope, partition, derivation, ...pass }: EventPass, balance: Balance): Promise<void> {
  const check = scope.findings.check('one-received');
  const count = derivedNotifications({ scope, partition, derivation, ...pass });
  for (let notification = 0; notification < count; notification += 1) {
    check.saw();
    const problem = balance.problemOf(notification);
    if (problem === null) continue;
    const offset = derivation.firstOffsetOf(notification);
    const how = problem === 'none' ? 'no notification.received' : 'several different notification.received';
    await check.differs(() => ({ what: `a notification has ${how}`, where: { topic: TOPICS.raw, partition, offset } }));
  }
}

/** A row is there exactly where notification.received was applied, and names the first place. */
async function checkNotificationRows({ scope, partition, derivation }: EventPass): Promise<void> {
  const check = scope.findings.check('notifications');
  for (let record = 0; record < derivation.records; record += 1) {
    const { applied, said } = derivation.notificationOf(record);
    if (applied === said) continue;
    const what =
      said < 0
        ? 'a notification has no row, although its notification.received is applied'
        : 'the row of a notification names another place of its notification.received than the first applied';
    const where = { topic: TOPICS.raw, partition, offset: derivation.offsetOf(record) };
    const place = (offset: number) => ({ event_offset: offset < 0 ? null : offset });
    await check.differs(() => ({ what, where, expected: place(applied), got: place(said) }));
  }
}
