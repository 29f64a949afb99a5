import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutFolder } from '../checkout-folder';
import { expectedOf } from './expected-answer';
import { makeFuzzBodies } from './fuzz-bodies';

const folder = checkoutFolder('test/fixtures/mps');
const samples = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => readFileSync(join(folder, name)));
const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe('the bodies of a fuzz run', () => {
  it('follow from seed and number alone, in whatever order they are made', () => {
    const once = makeFuzzBodies('a', samples);
    const again = makeFuzzBodies('a', samples);
    const forward = numbers(1, 100).map(once);
    const backward = numbers(1, 100).reverse().map(again).reverse();
    expect(forward.every((body, at) => body.equals(backward[at]!))).toBe(true);
  });

  it('are others for another seed', () => {
    const [one, other] = ['a', 'b'].map((seed) => makeFuzzBodies(seed, samples)(1));
    expect(one!.equals(other!)).toBe(false);
  });

  it('are taken for the most part, and refused for every reason', () => {
    const bodyOf = makeFuzzBodies('a', samples);
    const codes = numbers(1, 500).map((number) => expectedOf(bodyOf(number))?.code ?? 'taken');
    expect(new Set(codes)).toEqual(new Set(['taken', 'not-json', 'not-utf8', 'not-an-object']));
    expect(codes.filter((code) => code === 'taken').length).toBeGreaterThan(250);
  });
});
