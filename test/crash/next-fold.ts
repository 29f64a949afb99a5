/**
 * Loaded before a program (`node --require`), so that it uses the next fold version, with the schema and groups of that version. The
 * fold itself is the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLD = join('libs', 'tasks', 'task.js');
const VERSION = /\bFOLD_VERSION = (\d+);/;

interface Compiling extends NodeJS.Module {
  _compile(text: string, path: string): void;
}

// Node calls it deprecated and keeps it: the only way to change a program's text that works before and after Node 22.
// eslint-disable-next-line @typescript-eslint/no-deprecated
const { extensions } = require;
const load = extensions['.js'];
extensions['.js'] = (module, path) => {
  if (!path.endsWith(FOLD)) {
    load(module, path);
    return;
  }
  const text = readFileSync(path, 'utf8');
  if (!VERSION.test(text)) throw new Error(`${path} says no version of the fold`);
  const next = text.replace(VERSION, (_, version) => `FOLD_VERSION = ${Number(version) + 1};`);
  (module as Compiling)._compile(next, path);
};
