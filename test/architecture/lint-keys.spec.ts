import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { lintKeys } from '../../tools/lint/lint-keys.cjs';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'lint-keys-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const TREE = {
  'package-lock.json': '{}',
  'eslint.config.mjs': '',
  'tsconfig.json': '{}',
  'libs/tasks/index.ts': "export { type Task } from './task';",
  'libs/tasks/task.ts': 'export interface Task { id: string }',
  'apps/query/ask.ts': "import type { Task } from '@mps-ledger/tasks';",
  'apps/query/start.ts': "const later = () => import('./ask.js');",
  'apps/query/alone.ts': "import { join } from 'node:path';",
};

function write(files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

const FILES = Object.keys(TREE).filter((file) => file.endsWith('.ts'));

/** Which files are linted again after a change. */
function dueAfter(change: Record<string, string>): string[] {
  write(TREE);
  const before = lintKeys(root, FILES);
  write(change);
  const after = lintKeys(root, FILES);
  return FILES.filter((file) => before.get(file) !== after.get(file));
}

describe('what is linted again', () => {
  it('is nothing when nothing changed', () => {
    expect(dueAfter({})).toEqual([]);
  });

  it('is a file that changed, and all that import it, however far away', () => {
    const change = { 'libs/tasks/task.ts': 'export interface Task { id: number }' };
    expect(dueAfter(change)).toEqual(FILES.filter((file) => file !== 'apps/query/alone.ts'));
    expect(dueAfter({ 'apps/query/ask.ts': '' })).toEqual(['apps/query/ask.ts', 'apps/query/start.ts']);
    expect(dueAfter({ 'apps/query/start.ts': '' })).toEqual(['apps/query/start.ts']);
  });

  it('is everything after a change of what concerns all', () => {
    for (const file of ['package-lock.json', 'eslint.config.mjs', 'tsconfig.json', 'tsconfig.core.json'])
      expect([file, dueAfter({ [file]: `{ "changed": true }` })]).toEqual([file, FILES]);
    expect(dueAfter({ 'apps/query/alone.ts': 'declare global { var odd: number }' })).toEqual(FILES);
  });

  it('is a file whose import leads elsewhere by now', () => {
    write({ 'apps/query/lost.ts': "export { found } from './found';" });
    const key = () => lintKeys(root, ['apps/query/lost.ts']).get('apps/query/lost.ts');
    const keys = [key()];
    write({ 'apps/query/found/index.ts': 'export const found = 1;' });
    keys.push(key());
    write({ 'apps/query/found.ts': 'export const found = 1;' });
    keys.push(key());
    expect(new Set(keys).size).toBe(3);
  });
});
