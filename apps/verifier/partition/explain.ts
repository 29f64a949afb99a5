import type { LogRecord } from '@mps-ledger/event-log';
import { eventsOfRecord, type DerivedEvent } from '@mps-ledger/records';
import { summaryOfRecord, TOPICS } from '@mps-ledger/records';
import { differing, sides } from '@mps-ledger/comparing';
import { recordsOf, type Scope } from '../scope';

/** Derives one raw record once more, to say what it should have come to; nothing where it is not on the log. */
export async function deriveAgain(scope: Scope, partition: number, offset: number): Promise<readonly DerivedEvent[]> {
  for await (const record of recordsOf(scope.log, TOPICS.raw, partition, [offset, offset + 1]))
    return eventsOfRecord(record);
  return [];
}

/** In what an event record differs from all that follow from its raw record: two sides for a person. */
export function contrast(record: LogRecord, derived: readonly DerivedEvent[]): { expected: unknown; got: unknown } {
  const { eventId = null, type = null } = summaryOfRecord(record);
  const twin = derived.find(({ event }) => event.id === eventId)?.record;
  const got = { event_id: eventId, type };
  if (twin === undefined) return { expected: 'no such event follows from its raw record', got };
  return sides(differing(partsOf(twin), partsOf(record)));
}

function partsOf({ key, value, headers }: Pick<LogRecord, 'key' | 'value' | 'headers'>) {
  return { key: key?.toString() ?? null, value: value?.toString() ?? null, headers: JSON.stringify(headers) };
}
