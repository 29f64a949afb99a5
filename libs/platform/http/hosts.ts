import { BlockList, isIP } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** `localhost` and the names below it (RFC 6761, section 6.3), each label of letters, digits, `-` and `_`. */
const LOCAL_NAME = /^(?:[a-z0-9_-]{1,63}\.)*localhost$/;

/** `Host` as RFC 9110, section 7.2, has it, of a name without percent-encoding, an IPv4 or a bracketed IPv6 address. */
const AUTHORITY = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{0,5}))?$/;

const HIGHEST_PORT = 65_535;

/** An address as sockets take it: an IPv6 address without the brackets that it has in URLs. */
export function bareAddress(host: string): string {
  const [, inner = ''] = /^\[(.*)\]$/s.exec(host) ?? [];
  return isIP(inner) === 6 ? inner : host;
}

/** Whether an address or name can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  const bare = bareAddress(host).toLowerCase();
  const family = isIP(bare);
  return family === 0 ? LOCAL_NAME.test(bare) : LOOPBACK.check(bare, family === 6 ? 'ipv6' : 'ipv4');
}

/** Whether a `Host` header names a loopback host, with or without a port; false where it is malformed. */
export function isLoopbackAuthority(authority: string): boolean {
  const [whole, address, name = '', port = ''] = AUTHORITY.exec(authority.toLowerCase()) ?? [];
  if (whole === undefined || Number(port) > HIGHEST_PORT) return false;
  return address === undefined ? isLoopback(name) : isIP(address) === 6 && isLoopback(address);
}
