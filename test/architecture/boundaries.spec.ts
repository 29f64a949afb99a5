import { forbidden } from '../../.dependency-cruiser.cjs';
import { announcedRejections, fixtures, ROOT, runChecker } from './rejections';

const folder = fixtures('boundaries');
const announced = announcedRejections(folder);

interface Cruised {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

/** `file rule`, once each, sorted. A cycle is complained about at one of its files, so it is left to the second spec. */
const byFile = (rejections: readonly { file: string; rule: string }[]): string[] =>
  [...new Set(rejections.filter(({ rule }) => rule !== 'no-cycles').map(({ file, rule }) => `${file} ${rule}`))].sort();

function cruise(): { file: string; rule: string }[] {
  const args = ['--config', `${ROOT}/.dependency-cruiser.cjs`, '--output-type', 'json', '.'];
  const cruised = JSON.parse(runChecker('dependency-cruiser/bin/dependency-cruise.mjs', args, folder)) as Cruised;
  return cruised.summary.violations.map(({ from, rule }) => ({ file: from, rule: rule.name }));
}

describe('the check of the boundaries', () => {
  const found = cruise();

  it('rejects each marked file of the fixtures by the rule named there, and no other file', () => {
    expect(byFile(found)).toEqual(byFile(announced));
  });

  it('rejects a cycle, of types only too', () => {
    const inCycle = announced.filter(({ rule }) => rule === 'no-cycles').map(({ file }) => file);
    expect(inCycle).toContain(found.find(({ rule }) => rule === 'no-cycles')?.file);
  });
});

describe('the fixtures of the boundaries', () => {
  it.each(forbidden)('have a file rejected by $name', ({ name }) => {
    expect(announced.map(({ rule }) => rule)).toContain(name);
  });
});
