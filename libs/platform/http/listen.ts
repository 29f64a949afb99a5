import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import { StartFailure } from '../run/start-failure';
import { bareAddress } from './hosts';

export interface ListenOptions {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The settings that choose them, for the message. */
  readonly hostSetting: string;
  readonly portSetting: string;
}

/** Binds the port, and answers the address. A StartFailure says why it cannot, and what to do. */
export async function listen(instance: FastifyInstance, options: ListenOptions): Promise<AddressInfo> {
  try {
    // `localhost` would bind two sockets, of which Fastify equips one; a client that tries ::1 first falls back.
    const host = options.host.toLowerCase() === 'localhost' ? '127.0.0.1' : bareAddress(options.host);
    await instance.listen({ host, port: options.port });
  } catch (error) {
    throw failureOf(error, options);
  }
  return instance.server.address() as AddressInfo;
}

const NO_ADDRESS = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EAI_AGAIN', 'EINVAL', 'ENOTFOUND']);

function failureOf(error: unknown, { name, host, port, hostSetting, portSetting }: ListenOptions): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const cause = { cause: error };
  if (code === 'EADDRINUSE') {
    const ways = [
      `  - stop that program (\`lsof -i :${port}\` or \`ss -ltnp\` names it; perhaps it is this one, started earlier),`,
      `  - or choose another port: ${portSetting}=${port === 65_535 ? port - 1 : port + 1}`,
    ];
    return new StartFailure(
      'port-taken',
      `Port ${port} on ${host} (${name}) is taken by another program. Ways out:\n${ways.join('\n')}`,
      cause,
    );
  }
  if (code === 'EACCES') {
    return new StartFailure(
      'port-not-allowed',
      `This user may not listen on port ${port} (${name}). Choose one above 1023: ${portSetting}=8${String(port).padStart(3, '0')}`,
      cause,
    );
  }
  if (NO_ADDRESS.has(code ?? '')) {
    return new StartFailure(
      'address-unknown',
      `${host} (${name}) is no address of this machine. Set ${hostSetting} to one that is, such as 127.0.0.1 or 0.0.0.0.`,
      cause,
    );
  }
  return error;
}
