import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The folder that holds package.json: `dist/apps/replay/compare` is below it, as `apps/replay/compare` is. */
function rootAbove(folder: string): string {
  for (let at = folder; ; at = join(at, '..'))
    try {
      readFileSync(join(at, 'package.json'));
      return at;
    } catch (error) {
      if (join(at, '..') === at) throw error;
    }
}

/** The revision of this code: its version, and the commit where it runs from a checkout. */
export async function readRevision(): Promise<string> {
  const root = rootAbove(__dirname);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', root, 'rev-parse', 'HEAD']);
    return `${version}+${stdout.trim()}`;
  } catch {
    return version;
  }
}
