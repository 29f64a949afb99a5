/** What can stand in the way. Each comes with a message that names the cause and the ways out. */
export type EmbeddedPostgresFault =
  | 'folder-held'
  | 'folder-closed'
  | 'folder-not-writable'
  | 'folder-lost'
  | 'nothing-there'
  | 'not-ready'
  | 'disk-full'
  | 'other-major'
  | 'platform-missing'
  | 'binaries-unusable'
  | 'leftover-running'
  | 'init-failed'
  | 'start-failed'
  | 'port-taken';

/** The database could not be started. The message is for a person and complete; `code` is for programs. */
export class EmbeddedPostgresError extends Error {
  constructor(
    readonly code: EmbeddedPostgresFault,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'EmbeddedPostgresError';
  }
}

/** The `code` of a Node system error (`EACCES`, `ENOSPC`…), or undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Turns what the file system answered into a fault about the data folder; anything else is handed back as it is. */
export function folderFault(folder: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EmbeddedPostgresError(
      'disk-full',
      `There is no space left for the data folder ${folder}. Free some, or set DATA_DIR to a folder on another disk.`,
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new EmbeddedPostgresError(
      'folder-not-writable',
      `The data folder ${folder} cannot be written by this user (${code}). Set DATA_DIR to a folder that can, ` +
        `correct its owner or mode, or set DATABASE_URL to use a Postgres of your own.`,
      { cause: error },
    );
  }
  if (code === 'ENOENT') {
    const missing = (error as NodeJS.ErrnoException).path ?? 'something';
    return new EmbeddedPostgresError(
      'folder-lost',
      `The data folder ${folder} is not whole: ${missing} is missing. Nothing was changed. Put it back (from a backup), or set ` +
        `DATA_DIR to another folder for a new, empty ledger.`,
      { cause: error },
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return new EmbeddedPostgresError(
      'folder-not-writable',
      `The data folder ${folder} cannot be made: a file is in its place. Remove it, or set DATA_DIR to another folder.`,
      { cause: error },
    );
  }
  return error;
}
