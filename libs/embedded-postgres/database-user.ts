import { lchownSync, readdirSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

/** `nobody`, or `_postgres` on macOS, where chown does not accept the id of `nobody`. Every such system has these users. */
const UNPRIVILEGED = process.platform === 'darwin' ? 216 : 65534;

/** The user that runs Postgres, which cannot be root. Null: the user of this process. */
export type DatabaseUser = { readonly uid: number; readonly gid: number } | null;

/**
 * The user to run Postgres as. For root it is the owner of existing data, else an unprivileged user; any other user runs it itself.
 *
 * @param data the folder of existing data, if there is any
 */
export function databaseUser(data: string): DatabaseUser {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(data, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return { uid: UNPRIVILEGED, gid: UNPRIVILEGED };
}

/** The first folder of the path (including its last one) that the user cannot enter; null if there is none. */
export function closedFolder(path: string, user: DatabaseUser): string | null {
  if (user === null) return null;
  const above = dirname(path) === path ? null : closedFolder(dirname(path), user);
  if (above !== null) return above;
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && stat.isDirectory() && !mayEnter(stat, user) ? path : null;
}

function mayEnter(folder: Stats, user: { uid: number; gid: number }): boolean {
  if (folder.uid === user.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === user.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

/** Changes the owner of a folder and its content to the database's user. Links are changed themselves, not their targets. */
export function chownTree(user: DatabaseUser, path: string): void {
  if (user === null) return;
  lchownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) chownTree(user, inside);
    else lchownSync(inside, user.uid, user.gid);
  }
}
