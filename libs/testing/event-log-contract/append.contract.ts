import * as fc from 'fast-check';

import { MAX_APPEND_BYTES } from '@mps-ledger/event-log';
import type { NewRecord } from '@mps-ledger/event-log';

import { anyText, checkAsyncProperty, eventually } from '@mps-ledger/spec-kit';
import { appendEach, appendUntilAcknowledged, numbered, record } from './appending';
import { TOPIC, type ContractContext } from './contract-log';
import { collect, firsts } from './reading';

const bytes = fc.uint8Array({ maxLength: 60 }).map((array) => Buffer.from(array));
const text = fc.oneof(anyText({ maxLength: 12 }), fc.constantFrom('\u0000', '任务', '\u{1F3AC}', '\\u0000'));
const name = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'toString', ''));
const headers = fc.array(fc.tuple(name, text), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
const anyRecord: fc.Arbitrary<NewRecord> = fc.record({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers,
});

/** The contract of appends. */
export function appendContract({ log, another, group, promises }: ContractContext): void {
  describe('append', () => {
    it('answers an offset for each record, rising, and when the log took them', async () => {
      const first = await appendUntilAcknowledged(log(), TOPIC, 0, [record('a'), record('b'), record('c')]);
      const second = await appendUntilAcknowledged(log(), TOPIC, 0, [record('d')]);
      const offsets = [...first.offsets, ...second.offsets];
      expect(offsets).toHaveLength(4);
      expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
      expect(first.logged).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(second.logged >= first.logged).toBe(true);
      if (promises.gapless) expect(offsets.map((offset) => offset - offsets[0]!)).toEqual([0, 1, 2, 3]);
    });

    it('keeps any bytes and any header text exactly, and nothing apart from empty', async () => {
      const { delivered, follower } = collect(log(), { group: group(), topic: TOPIC });
      await checkAsyncProperty(
        fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 5 }), async (records) => {
          const { offsets, logged } = await appendUntilAcknowledged(log(), TOPIC, 1, records);
          const kept = await eventually(() => {
            const found = offsets.map((offset) => delivered.get(1, offset));
            return found.every((one) => one !== undefined) && found;
          });
          expect(kept).toEqual(
            records.map((one, index) => ({ ...one, topic: TOPIC, partition: 1, offset: offsets[index], logged })),
          );
        }),
        40,
      );
      await follower.stop();
    });

    it('takes as many bytes as it promises, and refuses more for good, staying in use', async () => {
      const { delivered, follower } = collect(log(), { group: group(), topic: TOPIC });
      const largest = { key: null, value: Buffer.alloc(MAX_APPEND_BYTES - 2, 7), headers: {} };
      const { offsets } = await appendUntilAcknowledged(log(), TOPIC, 2, [largest]);
      const tooLarge = [largest, { key: null, value: Buffer.from('x'), headers: {} }];
      await expect(appendUntilAcknowledged(log(), TOPIC, 2, tooLarge)).rejects.toMatchObject({
        code: 'record-too-large',
      });
      const after = await appendUntilAcknowledged(log(), TOPIC, 2, [record('after it')]);
      await eventually(() => delivered.get(2, after.offsets[0]));
      expect(delivered.get(2, offsets[0])?.value?.equals(largest.value)).toBe(true);
      expect(delivered.texts(2)).not.toContain('x');
      await follower.stop();
    });

    it.each([
      ['no record at all', []],
      ['a header with half a character', [record('x', { name: '\ud83c' })]],
      ['a header name with half a character', [record('x', { '\udfac': 'x' })]],
      ['a header that is no text', [record('x', { name: 7 as unknown as string })]],
    ])('refuses %s', async (_, records) => {
      await expect(appendUntilAcknowledged(log(), TOPIC, 0, records)).rejects.toMatchObject({ code: 'invalid-record' });
    });

    it.each([
      ['a topic', 'contract.unknown', 0],
      ['a partition', TOPIC, 4],
    ])('refuses %s that was not set up', async (_, topic, partition) => {
      const refused = appendUntilAcknowledged(log(), topic, partition, [record('x')]);
      await expect(refused).rejects.toMatchObject({ code: 'log-not-ready' });
    });

    it('puts what one process appends in the order it asked for', async () => {
      const texts = numbered('asked', 40);
      const appends = await Promise.allSettled(texts.map((one) => log().append(TOPIC, 3, [record(one)])));
      const offsets = appends.flatMap((one) => (one.status === 'fulfilled' ? one.value.offsets : []));
      expect(offsets.length).toBeGreaterThan(0);
      expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
      if (promises.exact) expect(offsets).toHaveLength(40);
    });

    it('loses nothing of what several processes append at once, and keeps the order of each', async () => {
      const others = [another(), another(), another()];
      const { delivered, follower } = collect(log(), { group: group(), topic: TOPIC });
      await Promise.all(others.map((other, index) => appendEach(other, TOPIC, 0, numbered(`process ${index}`, 30))));
      const last = await appendUntilAcknowledged(log(), TOPIC, 0, [record('the last')]);
      await eventually(() => delivered.get(0, last.offsets[0]));
      others.forEach((_, index) => {
        const own = delivered.texts(0).filter((one) => one.startsWith(`process ${index}`));
        expect(firsts(own)).toEqual(numbered(`process ${index}`, 30));
        if (promises.exact) expect(own).toHaveLength(30);
      });
      await follower.stop();
    });

    it('is refused once the log is closed', async () => {
      const other = another();
      await other.close();
      await expect(other.append(TOPIC, 0, [record('x')])).rejects.toMatchObject({ code: 'log-unavailable' });
    });
  });
}
