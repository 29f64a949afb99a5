import { rmSync } from 'node:fs';

import { dropTestDatabases } from '../test-server';
import { takeRunning } from './running-server';

/**
 * After the last spec: stops the server that set-up started, or leaves one that was given as it was found. A second
 * tear-down of the same run does nothing.
 */
async function globalTeardown(): Promise<void> {
  if ((process.env['TEST_DATABASE_URL'] ?? '') === '') return;
  const server = takeRunning();
  if (server === undefined) return dropTestDatabases(Date.now());
  await server.stop();
  rmSync(server.folder, { recursive: true, force: true });
  // In watch mode the next run starts its own.
  delete process.env['TEST_DATABASE_URL'];
}

// Jest takes nothing but a default export.
export { globalTeardown as default };
