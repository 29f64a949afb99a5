import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Folders in use, which an interrupted run leaves behind. */
export const openFolders = new Set<string>();

/** Creates a folder that a database's user can enter, which is not root. */
export function openFolder(beginning: string): string {
  const folder = mkdtempSync(join(tmpdir(), beginning));
  chmodSync(folder, 0o755);
  openFolders.add(folder);
  return folder;
}

/** Ends the use of a folder. Its files are removed unless `keep` is set. */
export function closeFolder(folder: string, keep = false): void {
  if (!keep) rmSync(folder, { recursive: true, force: true });
  openFolders.delete(folder);
}
