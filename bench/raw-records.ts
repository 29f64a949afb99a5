import { createHash, randomUUID } from 'node:crypto';
import { eventsOfRecord } from '@mps-ledger/records';
import type { NewRecord } from '@mps-ledger/event-log';
import { taskIdIn } from '@mps-ledger/mps';
import { toRawRecord } from '@mps-ledger/records';
import { dataBytesOf } from './checks';

/** Raw records as ingest would append them, made from bodies beforehand. */
export interface RawRecords {
  readonly count: number;
  readonly recordOf: (number: number) => NewRecord;
  /** What each body comes to when derived, body by body: the sizes are the same however often a body is repeated. */
  readonly derived: readonly (readonly NewRecord[])[];
  /** Events of all records together. */
  readonly events: number;
  /** Bytes of their data. */
  readonly dataBytes: number;
}

const RECEIVED = '2026-01-01T00:00:00.000Z';

/** Every body as often as it takes to yield at least so many events; each record a notification of its own. */
export function makeRawRecords(bodies: readonly Buffer[], leastEvents: number): RawRecords {
  const derived = bodies.map((body) =>
    eventsOfRecord({ ...rawRecord(body), partition: 0, offset: 1_000_000, logged: RECEIVED }).map(
      ({ record }) => record,
    ),
  );
  const events = sum(derived.map(({ length }) => length));
  const bytes = sum(derived.flat().map(({ value }) => dataBytesOf(value)));
  const times = Math.ceil(leastEvents / events);
  return {
    count: bodies.length * times,
    recordOf: (number) => rawRecord(bodies[number % bodies.length] ?? Buffer.alloc(0)),
    derived,
    events: events * times,
    dataBytes: bytes * times,
  };
}

/** What ingest would append for a body that it received. */
export function rawRecord(bytes: Buffer): ReturnType<typeof toRawRecord> {
  return toRawRecord({
    id: randomUUID(),
    account: 'default',
    source: 'callback',
    transport: 'callback',
    trust: 'callback-unsigned',
    received: RECEIVED,
    contentType: 'application/json',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    taskId: taskIdIn(bytes),
    bytes,
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
