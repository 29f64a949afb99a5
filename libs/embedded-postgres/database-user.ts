import { lchownSync, readdirSync, statSync, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';

/** `nobody`, and on macOS (where that is no number that chown takes) `_postgres`: users that every such system has. */
const UNPRIVILEGED = process.platform === 'darwin' ? 216 : 65534;

/** Who runs Postgres, which refuses root. Null: whoever runs this process. */
export type DatabaseUser = { readonly uid: number; readonly gid: number } | null;

/**
 * Root hands the database to the owner of existing data, else to a user that owns nothing; everyone else runs it as themselves.
 *
 * @param data the folder of existing data, if there is any
 */
export function databaseUser(data: string): DatabaseUser {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(data, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return { uid: UNPRIVILEGED, gid: UNPRIVILEGED };
}

/** The first folder on the way to `path`, itself included, that the user may not enter; null if there is none. */
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

/** Gives a folder and all in it to the database's user. Links are given themselves, not what they point at. */
export function giveTo(user: DatabaseUser, path: string): void {
  if (user === null) return;
  lchownSync(path, user.uid, user.gid);
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) giveTo(user, inside);
    else lchownSync(inside, user.uid, user.gid);
  }
}
