import { hostname, networkInterfaces } from 'node:os';
import { bareAddress, isLoopback } from '@mps-ledger/platform';

/** Where the callback listener listens. */
export interface CallbackListener {
  readonly host: string;
  readonly port: number;
}

/** The URL of a handler that is meant, or what is wrong with it. The URL is not shown: it may hold a secret. */
export function readForwardTo(
  text: string,
  listener?: CallbackListener,
): { readonly url: string } | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'is no URL, such as http://handler.internal:9000/mps' };
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { problem: 'does not begin with https:// or http://' };
  if (url.username !== '' || url.password !== '')
    return {
      problem: 'contains a user or a password, which is not sent; a secret of the handler may be in its path or query',
    };
  if (url.hash !== '') return { problem: 'has a #, and what follows it is never sent' };
  if (listener !== undefined && isOwn(url, listener))
    return { problem: 'is the callback listener of this ledger, which would receive its own notifications for ever' };
  return { url: url.href };
}

const DEFAULT_PORTS = { 'http:': 80, 'https:': 443 } as const;
const ANY_ADDRESS = ['0.0.0.0', '::', '*'];

/** Whether a URL is known to lead to the listener; through a proxy it may all the same, which shows when it arrives. */
function isOwn({ protocol, hostname: given, port }: URL, listener: CallbackListener): boolean {
  if (Number(port || DEFAULT_PORTS[protocol as keyof typeof DEFAULT_PORTS]) !== listener.port) return false;
  const [host, own] = [bareAddress(given), bareAddress(listener.host)];
  if (host === own) return true;
  const [isLocal, isLocalName] = [isLoopback(host), host.endsWith('localhost')];
  if (!ANY_ADDRESS.includes(own)) return isLoopback(own) && isLocal && (isLocalName || own === 'localhost');
  const addresses = Object.values(networkInterfaces()).flatMap((those) => those?.map(({ address }) => address) ?? []);
  return isLocal || ANY_ADDRESS.includes(host) || host === hostname().toLowerCase() || addresses.includes(host);
}
