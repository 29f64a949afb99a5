import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of what is under way: what an interrupted run leaves behind. */
export const openFolders = new Set<string>();

/** Makes a folder that a database may lie in, which does not run as root: its user can enter. */
export function openFolder(beginning: string): string {
  const folder = mkdtempSync(join(tmpdir(), beginning));
  chmodSync(folder, 0o755);
  openFolders.add(folder);
  return folder;
}

/** It is not under way any more. Its files are removed, unless they are to be kept. */
export function closeFolder(folder: string, keep = false): void {
  if (!keep) rmSync(folder, { recursive: true, force: true });
  openFolders.delete(folder);
}
