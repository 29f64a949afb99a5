import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import explanations from '../../tools/mutation/survivors.json';
import { compareSurvivors, describeMutant, oneSpaced } from '../../tools/mutation/survivors.cjs';
import { specsOf } from '../../tools/mutation/specs-of-library.cjs';
import { filesBelow } from './files';
import { ROOT } from './rejections';

const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

describe('the mutants that are explained', () => {
  it.each(explanations.flatMap(({ mutants }) => mutants))('are still in the code: $file, $line', (mutant) => {
    const source = read(mutant.file);
    expect(source.split('\n').map(oneSpaced)).toContain(mutant.line);
    expect(oneSpaced(source)).toContain(mutant.from);
  });

  it('have a reason', () => {
    for (const { reason } of explanations) expect(reason).toMatch(/\w{3,}.*\.$/);
  });
});

describe('the specs that mutants are run against', () => {
  it.each(['libs/tasks', 'libs/mps'])('are all core specs of the library, in all its folders: %s', (library) => {
    const folder = join(ROOT, library);
    const specs = specsOf(library.slice('libs/'.length)).map((file: string) => relative(folder, file));
    expect(specs.sort()).toEqual(filesBelow(folder, /\.spec\.ts$/));
  });
});

describe('the comparison of survivors and explanations', () => {
  const source = 'const a = 1;\n  if (a < 2 &&\n    a > 0) {\n  }\n';
  const location = { start: { line: 2, column: 7 }, end: { line: 3, column: 10 } };
  const mutant = describeMutant('a.ts', source, { location, replacement: 'a < 2 ||\n a > 0' });
  const explained = [{ reason: 'It is the same.', mutants: [mutant] }];

  it('knows a mutant by its file, its line and what becomes what', () => {
    expect(mutant).toEqual({ file: 'a.ts', line: 'if (a < 2 &&', from: 'a < 2 && a > 0', to: 'a < 2 || a > 0' });
  });

  it('has nothing to say where each survivor is explained', () => {
    expect(compareSurvivors([mutant], explained, ['a.ts'])).toEqual({ unexplained: [], outdated: [] });
  });

  it('finds a survivor that is not explained, be it in one word', () => {
    for (const member of ['file', 'line', 'from', 'to']) {
      const other = { ...mutant, [member]: 'b.ts' };
      expect(compareSurvivors([mutant, other], explained, ['a.ts', 'b.ts']).unexplained).toEqual([other]);
    }
    expect(compareSurvivors([mutant, mutant], explained, ['a.ts']).unexplained).toEqual([mutant]);
  });

  it('finds an explanation of what survives no longer, in the files that were mutated', () => {
    expect(compareSurvivors([], explained, ['a.ts'])).toEqual({ unexplained: [], outdated: [mutant] });
    expect(compareSurvivors([], explained, ['b.ts'])).toEqual({ unexplained: [], outdated: [] });
  });
});
