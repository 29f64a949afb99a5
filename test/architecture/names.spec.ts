import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { filesBelow } from './files';
import { fixtures, ROOT } from './rejections';

const OURS = /^(apps|libs|test|bench|examples|tools)\/.*\.(?:[cm]?[jt]s|[jt]sx|css)$/;
const VAGUE = /^(utils?|helpers?|common|base|misc|shared|lib)$/;
const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Words of the domain, in the libraries that must know none. */
const PLUMBING = /^libs\/(async|consuming|event-log|platform)\/.*(?<!\.spec)\.ts$/;
const DOMAIN = /\b(TaskId|task_id|[sS]ubtask\w*|TaskEvent\w*|Tencent|WorkflowTask)\b/;

const sourcesBelow = (folder: string): string[] =>
  filesBelow(folder, OURS).filter((file) => !file.startsWith('test/architecture/fixtures/'));

/** The files of which a folder's name, or the file's own name without suffixes, is vague. */
const vaguelyNamed = (files: readonly string[]): string[] =>
  files.filter((file) => file.split('/').some((part) => VAGUE.test(part.split('.')[0] ?? '')));

const notInKebabCase = (files: readonly string[]): string[] =>
  files.filter((file) => !file.split('/').every((part) => part.split('.').every((word) => KEBAB_CASE.test(word))));

const talkingOfTheDomain = (folder: string, files: readonly string[]): string[] =>
  files.filter((file) => PLUMBING.test(file) && DOMAIN.test(readFileSync(join(folder, file), 'utf8')));

describe('the names in the tree', () => {
  const files = sourcesBelow(ROOT);

  it('name a subject: no utils, helpers, common, base', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(vaguelyNamed(files)).toEqual([]);
  });

  it('are in kebab-case', () => {
    expect(notInKebabCase(files)).toEqual([]);
  });

  it('are none of the domain’s in the event log, the consume loop and the platform', () => {
    expect(talkingOfTheDomain(ROOT, files)).toEqual([]);
  });
});

describe('the check of names', () => {
  const folder = fixtures('names');
  const files = filesBelow(folder);

  it('rejects vague names, of folders and of files', () => {
    expect(vaguelyNamed(files)).toEqual([
      'apps/query/base.spec.ts',
      'apps/query/helpers.ts',
      'libs/event-log/common/records.ts',
      'libs/platform/utils/retry.ts',
    ]);
  });

  it('rejects names that are not in kebab-case', () => {
    expect(notInKebabCase(files)).toEqual(['libs/tasks/taskState.ts']);
  });

  it('rejects the domain’s words in the plumbing', () => {
    expect(talkingOfTheDomain(folder, files)).toEqual(['libs/consuming/batch.ts', 'libs/event-log/append.ts']);
  });
});
