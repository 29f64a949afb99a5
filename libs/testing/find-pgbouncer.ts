import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's is where no ordinary user looks. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/bin'];

/** Where PgBouncer is; undefined where it is not installed. */
export function findPgBouncer(): string | undefined {
  return FOLDERS.map((folder) => join(folder, 'pgbouncer')).find((file) => existsSync(file));
}
