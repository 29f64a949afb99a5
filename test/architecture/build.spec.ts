import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { ROOT } from './rejections';

/** A tree of its own, in a folder with a space in its name. */
function makeTree(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'a tree '));
  const put = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  for (const [file, text] of Object.entries(files)) put(file, text);
  const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  return {
    put,
    remove: (file: string) => rmSync(join(folder, file)),
    build: () => node(join(ROOT, 'tools/build.mjs'), '--root', folder),
    run: (file: string) => node('--enable-source-maps', join(folder, 'dist', file)),
    has: (file: string) => existsSync(join(folder, 'dist', file)),
    read: (file: string) => readFileSync(join(folder, 'dist', file), 'utf8'),
    inode: (file: string) => statSync(join(folder, 'dist', file)).ino,
    end: () => rmSync(folder, { recursive: true }),
  };
}

const TREE = {
  'apps/query/main.ts': `import { greeting } from '@mps-ledger/records';\nimport page from './page.json';\nconsole.log(greeting(page.name));\n`,
  'apps/query/page.json': '{"name":"task"}',
  'libs/records/index.ts': `export { greeting } from './greeting';\n`,
  'libs/records/greeting.ts': `\nexport function greeting(name: string): string {\n  if (name === '') throw new Error('no name');\n  return \`hello \${name}\`;\n}\n`,
  'libs/records/greeting.spec.ts': 'it("is left out", () => undefined);',
  'test/fixtures/broken.ts': 'not } typescript',
};

describe('the build', () => {
  let tree: ReturnType<typeof makeTree>;
  beforeEach(() => (tree = makeTree(TREE)));
  afterEach(() => tree.end());

  it('makes programs that run, libraries found by their alias, and leaves out specs and fixtures', () => {
    expect(tree.build().status).toBe(0);
    expect(tree.run('apps/query/main.js').stdout).toBe('hello task\n');
    expect(tree.has('libs/records/greeting.spec.js')).toBe(false);
    expect(tree.has('test/fixtures/broken.js')).toBe(false);
  });

  it('says in a stack trace where in the source it was', () => {
    tree.put('apps/query/page.json', '{"name":""}');
    tree.build();
    expect(tree.run('apps/query/main.js').stderr).toMatch(/libs\/records\/greeting\.ts:3:/);
  });

  it('compiles again what changed, and nothing else', () => {
    tree.build();
    const [greeting, page] = [tree.inode('libs/records/greeting.js'), tree.inode('apps/query/page.json')];
    const [main, manifest] = [tree.inode('apps/query/main.js'), tree.inode('manifest.json')];
    expect(tree.build().stderr).toBe('');
    expect(tree.inode('manifest.json')).toBe(manifest);
    tree.put('libs/records/greeting.ts', TREE['libs/records/greeting.ts'].replace('hello', 'good day'));
    expect(tree.build().stderr).toMatch(/^built 1 of 4 files/);
    expect([tree.inode('apps/query/page.json'), tree.inode('apps/query/main.js')]).toEqual([page, main]);
    expect(tree.inode('libs/records/greeting.js')).not.toBe(greeting);
    expect(tree.run('apps/query/main.js').stdout).toBe('good day task\n');
  });

  it('removes from dist what has no source any more, and makes again what was removed from dist', () => {
    tree.put('libs/records/old.ts', 'export const old = 1;');
    tree.build();
    expect(tree.has('libs/records/old.js')).toBe(true);
    tree.remove('libs/records/old.ts');
    tree.remove('dist/libs/records/greeting.js');
    tree.put('dist/apps/query/stray.js', '');
    tree.build();
    expect(['libs/records/old.js', 'libs/records/old.js.map', 'apps/query/stray.js'].filter(tree.has)).toEqual([]);
    expect(tree.run('apps/query/main.js').stdout).toBe('hello task\n');
  });

  it('fails, naming each file and place, and fails again until they are mended', () => {
    tree.put('libs/records/broken.ts', 'export const x = ;\n');
    tree.put('apps/query/lost.ts', `import { y } from '@mps-ledger/nowhere';\nconsole.log(y);\n`);
    for (const { status, stderr } of [tree.build(), tree.build()]) {
      expect(status).toBe(1);
      expect(stderr).toMatch(/libs\/records\/broken\.ts: .*Expression expected/s);
      expect(stderr).toMatch(
        /apps\/query\/lost\.ts: imports @mps-ledger\/nowhere, but there is no libs\/nowhere\/index\.ts/,
      );
    }
    tree.put('libs/records/broken.ts', 'export const x = 1;\n');
    tree.remove('apps/query/lost.ts');
    expect(tree.build().status).toBe(0);
  });

  it('leaves the page out where Vite is not installed, says so, and keeps a page that was built', () => {
    tree.put('apps/page/vite.config.mjs', 'export default {};');
    tree.put('apps/page/main.tsx', 'not for this compiler');
    const { status, stderr } = tree.build();
    expect([status, stderr]).toEqual([0, expect.stringMatching(/the page is left out: Vite is not installed/)]);
    expect(tree.has('apps/page/main.tsx')).toBe(false);
    const manifest = JSON.parse(tree.read('manifest.json')) as object;
    tree.put(
      'dist/manifest.json',
      JSON.stringify({ ...manifest, page: { digest: 'x', outputs: ['apps/page/index.html'] } }),
    );
    tree.put('dist/apps/page/index.html', 'built before');
    tree.put('dist/apps/page/stray.html', '');
    tree.build();
    expect(['apps/page/index.html', 'apps/page/stray.html'].map(tree.has)).toEqual([true, false]);
  });

  it('keeps what decorators need to know of types', () => {
    tree.put(
      'apps/query/decorated.ts',
      `declare function d(...a: unknown[]): void;\nexport class A { m(@d s: string): void { void s; } }\n`,
    );
    tree.build();
    expect(tree.read('apps/query/decorated.js')).toContain('design:paramtypes');
  });
});
