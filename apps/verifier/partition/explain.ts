import type { LogRecord } from '@mps-ledger/event-log';
import { eventsOfRecord, type DerivedEvent } from '@mps-ledger/derivation';
import { TOPICS } from '@mps-ledger/wire';
import { recordsOf, type Scope } from '../scope';

/** Derives one raw record once more, to say what it should have come to; nothing where it is not on the log. */
export async function deriveAgain(scope: Scope, partition: number, offset: number): Promise<readonly DerivedEvent[]> {
  for await (const record of recordsOf(scope.log, TOPICS.raw, partition, [offset, offset + 1]))
    return eventsOfRecord(record);
  return [];
}

/** In what an event record differs from all that follow from its raw record: two sides for a person. */
export function contrast(record: LogRecord, derived: readonly DerivedEvent[]): { expected: unknown; got: unknown } {
  const got = { event_id: headerOf(record.headers, 'ce_id'), type: headerOf(record.headers, 'ce_type') };
  const twin = derived.find((one) => one.record.headers['ce_id'] === got.event_id)?.record;
  if (twin === undefined) return { expected: 'no such event follows from its raw record', got };
  const sides: [Record<string, unknown>, Record<string, unknown>] = [{}, {}];
  const names = new Set([...Object.keys(twin.headers), ...Object.keys(record.headers)]);
  const members: (readonly [string, unknown, unknown])[] = [
    ['key', twin.key.toString(), record.key?.toString() ?? null],
    ['value', twin.value.toString(), record.value?.toString() ?? null],
    ...[...names].map((name) => [name, headerOf(twin.headers, name), headerOf(record.headers, name)] as const),
  ];
  for (const [name, expected, found] of members) if (expected !== found) Object.assign(sides[0], { [name]: expected });
  for (const [name, expected, found] of members) if (expected !== found) Object.assign(sides[1], { [name]: found });
  return { expected: sides[0], got: sides[1] };
}

export function headerOf(headers: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(headers, name) ? (headers[name] ?? null) : null;
}
