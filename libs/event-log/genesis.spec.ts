import { genesisRecord, isGenesis, readGenesis } from './genesis';

const genesis = { logId: 'abcdefghij01', generation: 1, topic: 'mps.notifications.v1', partition: 3, partitions: 12 };

describe('a genesis record', () => {
  it('names the log and its own place in it', () => {
    const record = genesisRecord(genesis);
    expect(record.key).toBeNull();
    expect(record.headers).toEqual({ 'ledger-genesis': '1' });
    expect(JSON.parse(String(record.value))).toEqual({
      log_id: 'abcdefghij01',
      generation: 1,
      topic: 'mps.notifications.v1',
      partition: 3,
      partitions: 12,
    });
    expect(isGenesis(record)).toBe(true);
    expect(readGenesis(record)).toEqual(genesis);
  });

  it('is known by its own header, not by one that every object inherits', () => {
    expect(isGenesis({ headers: {} })).toBe(false);
    expect(isGenesis({ headers: { account: 'default' } })).toBe(false);
  });

  it.each([
    ['no value', null],
    ['no JSON', '{'],
    ['JSON that is no object', '7'],
    [
      'a log id of another form',
      JSON.stringify({ log_id: 'ABC', generation: 1, topic: 't', partition: 0, partitions: 1 }),
    ],
    [
      'a generation of 0',
      JSON.stringify({ log_id: genesis.logId, generation: 0, topic: 't', partition: 0, partitions: 1 }),
    ],
    ['no partition', JSON.stringify({ log_id: genesis.logId, generation: 1, topic: 't', partitions: 1 })],
  ])('is not read from %s', (_, value) => {
    const record = { headers: { 'ledger-genesis': '1' }, value: value === null ? null : Buffer.from(value) };
    expect(readGenesis(record)).toBeNull();
  });
});
