import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the checkout, relative to test/bad-input and to its folder in dist. */
const ROOTS = ['../..', '../../..'];

/** The path of a folder of this checkout. Throws if it is missing, as in an image. */
export function checkoutFolder(path: string): string {
  const folder = ROOTS.map((root) => join(__dirname, root, path)).find((candidate) => existsSync(candidate));
  if (folder === undefined) throw new Error(`there is no ${path} beside this program: run it from a checkout`);
  return folder;
}
