import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

// By its path: jest resolves aliases in specs only, not here.
import { startEmbeddedPostgres } from '../../embedded-postgres/index';
import { findChromium } from '../find-chromium';
import { findPgBouncer } from '../find-pgbouncer';
import { dropTestDatabases, testRun } from '../test-server';
import { isServerRunning, keepRunning } from './running-server';

/** The data need not survive a crash of the machine, so nothing is synced to disk. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', max_connections: '300', shared_buffers: '128MB' };

const NO_PGBOUNCER = 'They need pgbouncer. Debian, Ubuntu: apt-get install pgbouncer; macOS: brew install pgbouncer.';

const NO_PYTHON =
  'Some need Python 3 with venv. Debian, Ubuntu: apt-get install python3-venv; macOS: brew install python.';
const NO_CHROMIUM = 'They need Chromium. Debian, Ubuntu: apt-get install chromium; or name a Chrome in CHROMIUM.';

const NO_CURL = 'They need curl. Debian, Ubuntu: apt-get install curl; macOS has it.';

const BUILD = join(__dirname, '..', '..', '..', 'tools', 'build.mjs');

/**
 * Before the first spec: whether PgBouncer, Python, Chromium and curl are there (`TEST_PGBOUNCER_MISSING`, `TEST_PYTHON_MISSING`, `TEST_CHROMIUM_MISSING` and `TEST_CURL_MISSING` say that they are not), the programs that specs run, built from what the sources say, and a Postgres for all specs, in
 * `TEST_DATABASE_URL`. One given there is used as it is; else the embedded one is started on a folder that goes when it
 * stops. It stops when the run ends, killed or not. A second set-up of the same run does nothing.
 */
async function globalSetup(): Promise<void> {
  if (isServerRunning()) return;
  testRun();
  if (findPgBouncer() === undefined) process.env['TEST_PGBOUNCER_MISSING'] = NO_PGBOUNCER;
  await promisify(execFile)('python3', ['-c', 'import venv, ensurepip']).catch(
    () => void (process.env['TEST_PYTHON_MISSING'] = NO_PYTHON),
  );
  if (findChromium() === undefined) process.env['TEST_CHROMIUM_MISSING'] = NO_CHROMIUM;
  await promisify(execFile)('curl', ['--version']).catch(() => void (process.env['TEST_CURL_MISSING'] = NO_CURL));
  // A build error is reported; the specs that need the build fail.
  await promisify(execFile)(process.execPath, [BUILD, '--quiet']).catch((error: unknown) =>
    console.error(String(error)),
  );
  if ((process.env['TEST_DATABASE_URL'] ?? '') !== '') return dropTestDatabases(Date.now());
  const folder = mkdtempSync(join(tmpdir(), 'mps-ledger-specs-'));
  // Postgres does not run as root, and its user must be able to enter the folder.
  chmodSync(folder, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: folder,
    settings: SETTINGS,
    throwaway: true,
    serves: 'the specs',
  });
  process.env['TEST_DATABASE_URL'] = server.url;
  keepRunning({ folder, stop: () => server.stop() });
}

// Jest takes nothing but a default export.
export { globalSetup as default };
