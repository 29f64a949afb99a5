import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian installs it in a folder that is not in the PATH of ordinary users. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** The path of PgBouncer; undefined if it is not installed. */
export function findPgBouncer(): string | undefined {
  return FOLDERS.map((folder) => join(folder, 'pgbouncer')).find((file) => existsSync(file));
}
