import { genesisOf, genesisRecord, isGenesis, LOG_FORMAT, otherFormatOf, readGenesis } from './genesis';
import type { NewRecord } from './port';

const identity = { logId: 'abcdefghij01', logGeneration: 2, eventGeneration: 3, partitions: 12 };
const derived = { topic: 'mps.task-events.v1', mapper: 'mps9' };
const raw = genesisOf(identity, { topic: 'mps.notifications.v1', partition: 3 }, derived);
const events = genesisOf(identity, { topic: 'mps.task-events.v1', partition: 4 }, derived);

const said = (record: NewRecord): Record<string, unknown> =>
  JSON.parse(String(record.value)) as Record<string, unknown>;

describe('a genesis record', () => {
  it('names its format, the log, the copy of it, and its own place', () => {
    const record = genesisRecord(raw);
    expect(record.key).toBeNull();
    expect(record.headers).toEqual({ 'ledger-genesis': '2' });
    expect(said(record)).toEqual({
      ...{ format: 2, log_id: 'abcdefghij01', log_generation: 2 },
      ...{ topic: 'mps.notifications.v1', partition: 3, partitions: 12 },
    });
    expect(isGenesis(record)).toBe(true);
    expect(readGenesis(record)).toEqual(raw);
  });

  it('names the event generation and the mapper, too, of a topic that is derived', () => {
    const record = genesisRecord(events);
    expect(said(record)).toEqual({
      ...{ format: 2, log_id: 'abcdefghij01', log_generation: 2, event_generation: 3, mapper: 'mps9' },
      ...{ topic: 'mps.task-events.v1', partition: 4, partitions: 12 },
    });
    expect(readGenesis(record)).toEqual(events);
  });

  it('is known by its own header, not by one that every object inherits', () => {
    expect(isGenesis({ headers: {} })).toBe(false);
    expect(isGenesis({ headers: { account: 'default' } })).toBe(false);
  });

  it('says which other format it is of, before anything else of it is read', () => {
    const of = (format: string) => ({ headers: { 'ledger-genesis': format } });
    expect([of('1'), of('3'), of('17')].map(otherFormatOf)).toEqual(['1', '3', '17']);
    expect([of(String(LOG_FORMAT)), of(''), of('x'), of('02'), { headers: {} }].map(otherFormatOf)).toEqual(
      Array(5).fill(null),
    );
  });

  const whole = said(genesisRecord(events));
  it.each<[string, unknown]>([
    ['no value', null],
    ['no JSON', '{'],
    ['JSON that is no object', '7'],
    ['a log id of another form', { ...whole, log_id: 'ABC' }],
    ['a log generation of 0', { ...whole, log_generation: 0 }],
    ['an event generation of 0', { ...whole, event_generation: 0 }],
    ['an event generation without a mapper', { ...whole, mapper: undefined }],
    ['no partition', { ...whole, partition: undefined }],
    ['another format', { ...whole, format: 1 }],
    ['no format', { ...whole, format: undefined }],
  ])('is not read from %s', (_, value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const record = { headers: { 'ledger-genesis': '2' }, value: value === null ? null : Buffer.from(text) };
    expect(readGenesis(record)).toBeNull();
  });
});
