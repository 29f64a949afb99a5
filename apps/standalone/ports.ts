import { createServer } from 'node:net';
import { bareAddress, StartFailure } from '@mps-ledger/platform';
import { mpsApiPort } from './standalone.config';
import type { StandaloneConfig } from './standalone.config';

type Listener = 'API' | 'CALLBACK' | 'MPS_API';
type Listeners = Pick<StandaloneConfig, `${Listener}_${'HOST' | 'PORT'}`>;

/**
 * Rejects with a StartFailure if another program already listens on one of the ports, before anything is started. A program that
 * takes the port later is detected when the port is bound.
 */
export async function refuseTakenPorts(config: Listeners): Promise<void> {
  const { port: mpsApi, isMovable } = mpsApiPort(config);
  const ports = { API: config.API_PORT, CALLBACK: config.CALLBACK_PORT, ...(!isMovable && { MPS_API: mpsApi }) };
  for (const [name, port] of Object.entries(ports)) {
    const host = config[`${name as Listener}_HOST`];
    if (await isTaken(host, port)) throw taken(`${name}_PORT`, host, port);
  }
}

function isTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      resolve('code' in error && error.code === 'EADDRINUSE');
    });
    server.listen(port, bareAddress(host), () => server.close(() => resolve(false)));
  });
}

function taken(setting: string, host: string, port: number): StartFailure {
  const other = port < 60_000 ? port + 10 : port - 10;
  return new StartFailure(
    'port-taken',
    `Port ${port} on ${host} is taken by another program, perhaps another instance of this one. Ways out:\n` +
      `  - stop that program (lsof -i :${port} or ss -ltnp shows it),\n` +
      `  - or choose another port: ${setting}=${other} npm start`,
  );
}
