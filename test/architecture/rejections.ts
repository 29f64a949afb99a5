import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { filesBelow } from './files';

/** The checkout's own folder. */
export const ROOT = resolve(__dirname, '../..');

/** One complaint of a checker, or one that a fixture announces. */
export interface Rejection {
  /** Relative to the folder of fixtures, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly rule: string;
  /** What the checker says, or a part of it. */
  readonly message: string;
}

const MARK = /rejected by (?<rule>\S+?)(?:: (?<message>.*))?$/;

export const fixtures = (name: string): string => join(ROOT, 'test/architecture/fixtures', name);

/**
 * Reads from the fixtures' own comments what a checker must say of them: a line that ends in `rejected by <rule>`, or
 * `rejected by <rule>: <part of the message>`, and no other line, is to be rejected.
 */
export function announcedRejections(folder: string): Rejection[] {
  return filesBelow(folder, /\.ts$/).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((text, index) => {
        const mark = MARK.exec(text)?.groups as { rule: string; message?: string } | undefined;
        return mark === undefined ? [] : [{ file, line: index + 1, rule: mark.rule, message: mark.message ?? '' }];
      }),
  );
}

/** Runs a checker as the scripts of package.json do, in the given folder, and answers what it printed. */
export function runChecker(program: string, args: readonly string[], folder: string): string {
  const run = spawnSync(process.execPath, [join(ROOT, 'node_modules', program), ...args], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (run.error !== undefined) throw run.error;
  if (run.stdout === '') throw new Error(`${program} said nothing; on stderr: ${run.stderr}`);
  return run.stdout;
}

/** `file:line rule`, sorted: what two lists of rejections are compared by. */
export const inBrief = (rejections: readonly Rejection[]): string[] =>
  rejections.map(({ file, line, rule }) => `${file}:${line} ${rule}`).sort();

/** The announced rejections whose part of a message no complaint about the same line contains. */
export const unheard = (announced: readonly Rejection[], found: readonly Rejection[]): Rejection[] =>
  announced.filter(
    ({ file, line, rule, message }) =>
      !found.some((it) => it.file === file && it.line === line && it.rule === rule && it.message.includes(message)),
  );
