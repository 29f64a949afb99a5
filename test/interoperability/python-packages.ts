import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 300_000;

/**
 * The folder of packages for Python, for `PYTHONPATH`: those of a file of requirements, exactly, installed once to `.cache`.
 *
 * @param name of its folder there
 */
export async function pythonPackages(requirements: string, name: string): Promise<string> {
  const version = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12);
  const folder = join('.cache', name, `python-${version}`);
  if (!existsSync(folder)) await install(requirements, folder);
  return folder;
}

/** Installs to a temporary folder, which is renamed when complete, so that concurrent runs do no harm. */
async function install(requirements: string, folder: string): Promise<void> {
  const partial = `${folder}.${process.pid}`;
  const venv = `${partial}.venv`;
  mkdirSync(dirname(folder), { recursive: true });
  try {
    await run('python3', ['-m', 'venv', venv], { timeout: TIMEOUT_MS });
    const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--target', partial, '-r', requirements];
    await run(join(venv, 'bin', 'pip'), ['install', ...options], { timeout: TIMEOUT_MS });
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    for (const left of [partial, venv]) rmSync(left, { recursive: true, force: true });
  }
}
