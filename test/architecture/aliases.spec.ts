import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import tsconfig from '../../tsconfig.base.json';
import { projectsIn } from '../../tools/jest-projects.cjs';
import { libraryEntrance } from '../../tools/swc-options.cjs';
import { ROOT } from './rejections';

const libraries = readdirSync(join(ROOT, 'libs'));

/** Where a table of patterns with one `*` leads, as in tsconfig. */
function byPaths(paths: Readonly<Record<string, readonly string[]>>, name: string): string | undefined {
  for (const [pattern, [target]] of Object.entries(paths)) {
    const [before = '', after = ''] = pattern.split('*');
    if (!name.startsWith(before) || !name.endsWith(after)) continue;
    return target?.replace('*', name.slice(before.length, name.length - after.length)).replace(/^\.\//, '');
  }
  return undefined;
}

/** Where a table of regular expressions leads, as in jest. */
function byMapper(mapper: Readonly<Record<string, string>>, name: string): string | undefined {
  for (const [pattern, target] of Object.entries(mapper)) {
    const match = new RegExp(pattern).exec(name);
    if (match !== null) return target.replace('<rootDir>/', '').replace('$1', match[1] ?? '');
  }
  return undefined;
}

describe('the alias of a library', () => {
  it('is found for each library there is', () => {
    expect(libraries).toEqual(
      expect.arrayContaining(['tasks', 'mps', 'records', 'event-log', 'read-model', 'platform']),
    );
  });

  it.each(libraries)('leads the type checker, jest and the build to the same file: %s', (library) => {
    const name = `@mps-ledger/${library}`;
    const entrance = libraryEntrance(library);
    expect(byPaths(tsconfig.compilerOptions.paths, name)).toBe(entrance);
    for (const { moduleNameMapper } of projectsIn(ROOT)) expect(byMapper(moduleNameMapper, name)).toBe(entrance);
    expect(existsSync(join(ROOT, entrance))).toBe(true);
  });

  it('leads nowhere inside a library', () => {
    for (const { moduleNameMapper } of projectsIn(ROOT)) {
      expect(byMapper(moduleNameMapper, '@mps-ledger/tasks/task')).toBeUndefined();
    }
  });
});
