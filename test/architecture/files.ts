import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What is installed, built, cached or kept as data: not part of the project. */
const NOT_OURS = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache', '.mps-ledger', '.tmp']);

/** The project's files below a folder whose path matches, relative to it, with `/`, sorted. Fixtures are included. */
export function filesBelow(folder: string, matching = /./): string[] {
  const walk = (prefix: string): string[] =>
    readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : walk(path);
      return entry.isFile() && matching.test(path) ? [path] : [];
    });
  return walk('').sort();
}
