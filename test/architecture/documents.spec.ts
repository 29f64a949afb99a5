import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

import nest from '../../nest-cli.json';
import manifest from '../../package.json';
import { filesBelow } from './files';
import { ROOT } from './rejections';

const documents = filesBelow(ROOT, /\.md$/);
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** Links of a Markdown text that lead to a file which is not there; addresses and anchors are left out. */
const deadLinks = (text: string, folder: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(join(ROOT, posix.join(folder, target))));

/** Files and folders of ours that a text names in code spans, and that are not there. */
const missingFiles = (text: string): string[] =>
  [...text.matchAll(/`((?:apps|libs|test|tools|bench|examples|docs|deploy|\.ci)\/[\w./*-]+)`/g)]
    .map(([, path = '']) => path.replace(/\/\*.*$/, ''))
    .filter((path) => !existsSync(join(ROOT, path)));

/** Scripts that a text tells people to run and that package.json does not have. */
const missingScripts = (text: string): string[] =>
  [...text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g)]
    .map(([, script = '']) => script)
    .filter((script) => !(script in manifest.scripts));

describe('the documents', () => {
  it('are there', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md']));
  });

  it.each(documents)('link to and name files that exist, and scripts that exist: %s', (file) => {
    expect(deadLinks(read(file), dirname(file))).toEqual([]);
    expect(missingFiles(read(file))).toEqual([]);
    expect(missingScripts(read(file))).toEqual([]);
  });

  it('would be refused with a dead link, an invented file or an invented script', () => {
    expect(missingFiles('`libs/tasks`, `libs/tasks/none.ts`, `apps/*/main.ts`, `apps`, `text/plain`')).toEqual([
      'libs/tasks/none.ts',
    ]);
    expect(deadLinks('see [a](docs/none.md), [b](README.md#start), [c](https://example.com)', '.')).toEqual([
      'docs/none.md',
    ]);
    expect(missingScripts('`npm run check`, then `npm run deploy`')).toEqual(['deploy']);
  });
});

describe('the README', () => {
  it('gives the test command that .ci/run reads out of it', () => {
    const reading = /readme_test_command\(\) \{\n(?<body>.*?)\n\}/s.exec(read('.ci/run'))?.groups?.['body'];
    const command = spawnSync('bash', ['-c', reading ?? 'false'], { cwd: ROOT, encoding: 'utf8' });
    expect(command.stdout).toBe('npm ci && npm test\n');
  });

  it('names files of the tree that exist', () => {
    const named = [...read('README.md').matchAll(/@(test\/[\w./-]+)/g)].map(([, file = '']) => file);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

describe('nest-cli.json', () => {
  it('names every app and library, and no other', () => {
    const folders = filesBelow(ROOT, /^(apps|libs)\//).map((file) => file.split('/').slice(0, 2).join('/'));
    expect(Object.values(nest.projects).map(({ root }) => root)).toEqual([...new Set(folders)]);
  });
});
