import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError, UsageError } from '@mps-ledger/platform';
import { sourceOfImport } from './source-of-import';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mps-sources-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A file of sources; its secrets are not on this machine. */
function fileOf(more = ''): string {
  const file = join(folder, 'sources.yaml');
  const callback = '- { id: mps, kind: callback, path_file: none }';
  writeFileSync(file, `sources:\n  ${callback}\n  - { id: old, kind: file, account: acme }\n${more}`);
  return file;
}
const chosen = (source?: string, account?: string, file?: string) => sourceOfImport({ source, account }, file);

it('is that of the command line where no file names sources, or none is asked for', () => {
  expect(chosen()).toEqual({ id: 'import', account: 'default' });
  expect(chosen('old.2', 'team-a')).toEqual({ id: 'old.2', account: 'team-a' });
  expect(chosen(undefined, 'team-a', fileOf())).toEqual({ id: 'import', account: 'team-a' });
});

it('is the source of kind file that the file has, with its account', () => {
  const file = fileOf('  - { id: plain, kind: file }\n');
  expect(chosen('old', undefined, file)).toEqual({ id: 'old', account: 'acme' });
  expect(chosen('old', 'acme', file)).toEqual({ id: 'old', account: 'acme' });
  expect(chosen('plain', undefined, file)).toEqual({ id: 'plain', account: 'default' });
});

it.each([
  ['odl', undefined, /--source odl: SOURCES_FILE \(.*sources.yaml\) names no such source. Of kind file it has old,/],
  ['mps', undefined, /--source mps: .* has it as a source of kind callback. Of kind file it has old, or leave/],
  ['old', 'team-a', /--account team-a: the source old of SOURCES_FILE is of account acme/],
])('is refused as wrong usage where it is %s of account %s', (source, account, message) => {
  expect(() => chosen(source, account, fileOf())).toThrow(UsageError);
  expect(() => chosen(source, account, fileOf())).toThrow(message);
});

it('is refused with all mistakes of a file that is wrong', () => {
  const file = fileOf('  - { id: more, kind: fiel }\n  - { kind: file }\n');
  const refused = (): unknown => chosen('old', undefined, file);
  expect(refused).toThrow(ConfigurationError);
  expect(refused).toThrow(/SOURCES_FILE .*:4:.*kind must be one of[^]*SOURCES_FILE .*:5:.*lacks id/);
  expect(() => chosen('old', undefined, join(folder, 'none'))).toThrow(/none: it cannot be read: ENOENT/);
});
