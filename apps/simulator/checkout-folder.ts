import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** From apps/simulator, or from there in dist. */
const ROOTS = ['../..', '../../..'];

/** A folder of this checkout, by its path from the root. Throws where it is left out, as in an image. */
export function checkoutFolder(path: string): string {
  const folder = ROOTS.map((root) => join(__dirname, root, path)).find((candidate) => existsSync(candidate));
  if (folder === undefined) throw new Error(`there is no ${path} beside this program: run it from a checkout`);
  return folder;
}
