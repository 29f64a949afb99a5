/** The reasons why the database cannot be started. Each has a message with the cause and the possible solutions. */
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

/** The database could not be started. The message is complete and meant for people; `code` is for programs. */
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

/** The `code` of a Node system error (`EACCES`, `ENOSPC`…); undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Converts file system errors to errors about the data folder; returns any other error unchanged. */
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
