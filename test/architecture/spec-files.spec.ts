import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative, sep } from 'node:path';
import { text } from 'node:stream/consumers';

import { projectsIn } from '../../tools/jest-projects.cjs';
import { filesBelow } from './files';
import { fixtures, ROOT } from './rejections';

/** Whatever looks like a spec, also under a name that no project collects. */
const LOOKS_LIKE_A_SPEC = /[._-](spec|test)s?\.[cm]?[jt]sx?$|(^|\/)__tests__\//;
const PROJECTS = projectsIn(ROOT).map(({ displayName }) => displayName);

async function collectedBy(project: string, folder: string, config: string): Promise<string[]> {
  const args = [join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', config, '--selectProjects', project];
  const jest = spawn(process.execPath, [...args, '--listTests'], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const [listed] = await Promise.all([text(jest.stdout), once(jest, 'close')]);
  return listed
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => relative(folder, path).split(sep).join('/'));
}

/** How many projects collect each of the files, as `file: number`, where it is not exactly one. */
async function notCollectedOnce(folder: string, config: string, files: readonly string[], projects: readonly string[]) {
  const lists = await Promise.all(projects.map((project) => collectedBy(project, folder, config)));
  const collected = lists.flat();
  return files
    .map((file) => ({ file, times: collected.filter((it) => it === file).length }))
    .filter(({ times }) => times !== 1)
    .map(({ file, times }) => `${file}: ${times}`);
}

const specsBelow = (folder: string) =>
  filesBelow(folder, LOOKS_LIKE_A_SPEC).filter((file) => !file.startsWith('test/architecture/fixtures/'));

describe('every spec file', () => {
  it('is collected by exactly one project', async () => {
    const specs = specsBelow(ROOT);
    expect(specs).toContain('test/architecture/spec-files.spec.ts');
    expect(await notCollectedOnce(ROOT, 'jest.config.js', specs, PROJECTS)).toEqual([]);
  }, 60_000);

  it('would be missed if it lay in a wrong place, had a wrong name, or ran twice', async () => {
    const folder = fixtures('spec-files');
    const projects = [...PROJECTS, 'twice'];
    expect(await notCollectedOnce(folder, 'jest.config.cjs', specsBelow(folder), projects)).toEqual([
      'apps/query/cursor.spec.ts: 2',
      'bench/forgotten.int.spec.ts: 0',
      'libs/tasks/old-name.test.ts: 0',
      'libs/testing/log.spec.js: 0',
      'tools/forgotten.spec.ts: 0',
    ]);
  }, 60_000);
});
