import { StartFailure } from '@mps-ledger/platform';
import type { HttpApplication } from '@mps-ledger/platform';
import { startMpsApi } from '../mps-api/start';
import type { MpsApiProgram } from '../mps-api/mps-api.module';
import { mpsApiPort } from './standalone.config';
import type { StandaloneConfig } from './standalone.config';

type Program = Omit<MpsApiProgram, 'config'> & { readonly config: StandaloneConfig };

/** Opens the vendor's API. Where its port is taken and another one will do, the system chooses it. */
export async function openMpsApi({ config, ...parts }: Program): Promise<HttpApplication> {
  const { port, isMovable } = mpsApiPort(config);
  const open = (on: number) => startMpsApi({ ...parts, config: { ...config, MPS_API_PORT: on } });
  try {
    return await open(port);
  } catch (error) {
    if (!isMovable || !(error instanceof StartFailure) || error.code !== 'port-taken') throw error;
    parts.logger.warn({ port }, 'MPS_API_PORT is not set and its default is taken: the system chooses the port');
    return open(0);
  }
}
