import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { INGEST_FAILPOINTS } from '../../apps/ingest/failpoints';
import { PROJECTOR_FAILPOINTS } from '../../apps/projector/failpoints';
import { STANDALONE_FAILPOINTS } from '../../apps/standalone/failpoints';
import { filesBelow } from './files';
import { ROOT } from './rejections';

/** Stages that a library tells of by their names alone. */
const STAGE = /failpoint\(`data-folder\.\$\{stage\}`\)/;

const sources = ['apps', 'libs'].flatMap((folder) =>
  filesBelow(join(ROOT, folder), /(?<!\.spec)\.ts$/).map((file) => readFileSync(join(ROOT, folder, file), 'utf8')),
);
const placed = sources.flatMap((text) => [...text.matchAll(/\bfailpoint\('([^']+)'\)/g)].map(([, name]) => name ?? ''));

describe('failpoints', () => {
  it('are in one place each, and those that programs know are in some place', () => {
    const known = STANDALONE_FAILPOINTS.filter((name) => !name.startsWith('data-folder.'));
    expect([...placed].sort()).toEqual([...known].sort());
    expect(sources.filter((text) => STAGE.test(text))).toHaveLength(1);
  });

  it('are all known to the program that has everything', () => {
    const all = new Set<string>(STANDALONE_FAILPOINTS);
    expect([...INGEST_FAILPOINTS, ...PROJECTOR_FAILPOINTS].filter((name) => !all.has(name))).toEqual([]);
  });
});
