import * as fc from 'fast-check';
import { checkProperty } from '@mps-ledger/spec-kit';
import { cutAtNotification } from './whole-notifications';
import type { NotificationPart } from './whole-notifications';

const LIMITS = { records: 100, bytes: 1_000 };

/** `6` an event of raw record 6, `6!` its last; `-` a record that names none. */
function parts(text: string): NotificationPart[] {
  const words = text.split(' ').filter((word) => word !== '');
  return words.map((word, offset) => ({
    ...{ raw: word === '-' ? null : parseInt(word), isLast: word.endsWith('!'), offset, bytes: 10 },
  }));
}

/** How `text` is cut, raw records below 5 being applied already: `applied | held`, and what is left half applied. */
function cut(text: string, limits = LIMITS): string {
  const { count, halfApplied: half } = cutAtNotification(parts(text), (raw) => raw < 5, limits);
  const words = text.split(' ');
  const sides = [words.slice(0, count), ['|'], words.slice(count)].flat().join(' ').trim();
  return half.size === 0 ? sides : `${sides} half ${[...half].join(' ')}`;
}

describe('records are cut', () => {
  it.each([
    ['after the last whole notification', '5 5 5! 6 6', '5 5 5! | 6 6'],
    ['nowhere, where the last one is whole', '5 5! 6 6 6!', '5 5! 6 6 6! |'],
    ['before everything, where none is whole', '5 5 5', '| 5 5 5'],
    ['nowhere, where all of it was applied before', '3 3 4! 2', '3 3 4! 2 |'],
    ['not after what ends again, which may follow part of a later one', '6 6 4!', '| 6 6 4!'],
    ['not after what ended in the same records and ends again', '5! 6 5 5!', '5! | 6 5 5!'],
    ['after what is applied again, up to what is not', '5! 3 4 6', '5! 3 4 | 6'],
    ['after a record that names none', '5! - 6 -', '5! - | 6 -'],
    ['after a whole one, whatever half of another lies before it', '6 5 5! 7', '6 5 5! | 7 half 6'],
  ])('%s', (_, text, expected) => {
    expect(cut(text)).toBe(expected);
  });

  it('nowhere, where more would be held than may be: then a notification is half applied', () => {
    expect(cut('5! 6 6 6', { records: 3, bytes: 30 })).toBe('5! | 6 6 6');
    expect(cut('5! 6 6 6', { records: 2, bytes: 30 })).toBe('5! 6 6 6 | half 6');
    expect(cut('5! 6 6 6', { records: 3, bytes: 29 })).toBe('5! 6 6 6 | half 6');
  });

  it('so that nothing is half applied but what is said to be, in any order, with any repeats', () => {
    const part = fc.record({ raw: fc.option(fc.nat(9)), isLast: fc.boolean(), bytes: fc.nat(400) });
    checkProperty(
      fc.property(fc.array(part, { maxLength: 20 }), fc.nat(9), (some, next) => {
        const given = some.map((one, offset) => ({ ...one, offset }));
        const { count, completed, halfApplied: half } = cutAtNotification(given, (raw) => raw < next, LIMITS);
        const applied = given.slice(0, count);
        const named = new Set(applied.flatMap(({ raw }) => (raw === null || raw < next ? [] : [raw])));
        const ended = new Set(applied.flatMap(({ raw, isLast }) => (isLast && named.has(raw ?? -1) ? [raw] : [])));
        expect(new Set(completed.keys())).toEqual(ended);
        for (const [raw, offset] of completed)
          expect(given.findIndex((one) => one.raw === raw && one.isLast)).toBe(offset);
        expect(half).toEqual(new Set([...named].filter((raw) => !ended.has(raw))));
        // What is held would complete nothing.
        const held = given.slice(count).filter(({ raw }) => raw !== null && raw >= next && !ended.has(raw));
        expect(held.some(({ isLast }) => isLast)).toBe(false);
      }),
    );
  });
});
