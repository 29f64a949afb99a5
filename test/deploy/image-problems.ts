import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface ImageFiles {
  readonly dockerfile: string;
  readonly dockerignore: string;
}

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

/**
 * What is wrong with the Dockerfile, a line each: base images that are not pinned or not what `engines` allows, files that are
 * not there or are kept out of the context, a user who is root, and what every program relies on.
 *
 * @param engines as package.json says it
 */
export function imageProblems(files: ImageFiles, root: string, engines: string): readonly string[] {
  const instructions = instructionsOf(files.dockerfile);
  const of = (word: string): string[] => instructions.filter((one) => one.word === word).map(({ rest }) => rest);
  const last = instructions.slice(instructions.findLastIndex(({ word }) => word === 'FROM'));
  const lastOf = (word: string): string => last.filter((one) => one.word === word).at(-1)?.rest ?? '';
  return [
    ...of('FROM').flatMap((from) => baseProblems(from, engines)),
    ...of('COPY').flatMap((copy) => copyProblems(copy, files.dockerignore, root)),
    ...says(
      of('RUN').some((run) => /^npm ci .*--omit=dev\b/.test(run)),
      'packages for development get into the image',
    ),
    ...says(
      /^[1-9]\d*(:[1-9]\d*)?$/.test(lastOf('USER')),
      `the user is ${lastOf('USER') || 'root'}, not a number but 0`,
    ),
    ...says(lastOf('STOPSIGNAL') === 'SIGTERM', 'it is not stopped by SIGTERM'),
    ...says(/\bNODE_ENV=production\b/.test(lastOf('ENV')), 'NODE_ENV is not production'),
    ...says(/--enable-source-maps/.test(lastOf('ENV')), 'errors do not name lines of the sources'),
    ...commandProblems(lastOf('CMD'), root),
  ];
}

const says = (right: boolean, problem: string): string[] => (right ? [] : [problem]);

/** A Dockerfile's instructions, lines that go on joined, comments left out. */
function instructionsOf(dockerfile: string): readonly Instruction[] {
  return dockerfile
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => ({ word: line.split(' ')[0] ?? '', rest: line.split(' ').slice(1).join(' ') }));
}

function baseProblems(from: string, engines: string): string[] {
  const [image = ''] = from.split(' ');
  const version = /^node:(\d+)\.(\d+)\.(\d+)-[a-z]+-slim$/.exec(image)?.slice(1).map(Number);
  if (version === undefined) return [`${image} is not a pinned, slim node`];
  return says(satisfies(version, engines), `${image} is not within ${engines}`);
}

/** For ranges of the form `^20.19.0 || >=24`. */
function satisfies(version: readonly number[], engines: string): boolean {
  return engines.split(' || ').some((range) => {
    const [, sign, digits = ''] = /^(\^|>=)([\d.]+)$/.exec(range) ?? [];
    const least = digits.split('.').map(Number);
    const order =
      [0, 1, 2].map((at) => (version[at] ?? 0) - (least[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
    return order >= 0 && (sign === '>=' || version[0] === least[0]);
  });
}

function copyProblems(copy: string, dockerignore: string, root: string): string[] {
  if (copy.startsWith('--from=')) return [];
  const sources = copy.split(' ').slice(0, -1);
  return sources.flatMap((source) => [
    ...says(existsSync(join(root, source)), `${source} is copied, and is not there`),
    ...says(isInContext(source, dockerignore), `${source} is copied, and .dockerignore leaves it out`),
  ]);
}

/** Whether a .dockerignore that begins by leaving out everything lets a path in: the last line that names it decides. */
function isInContext(path: string, dockerignore: string): boolean {
  const naming = dockerignore
    .split('\n')
    .filter((line) => [path, `!${path}`, `!${path.split('/')[0]}`, `${path.split('/')[0]}/*`].includes(line));
  return dockerignore.split('\n').includes('*') && (naming.at(-1) ?? '').startsWith('!');
}

function commandProblems(command: string, root: string): string[] {
  const script = /^\["node", "dist\/(apps\/[\w/-]+)\.js"\]$/.exec(command)?.[1];
  if (script === undefined) return [`${command || 'no command'} does not run a program of dist/ directly`];
  return says(existsSync(join(root, `${script}.ts`)), `there is no ${script}.ts`);
}
