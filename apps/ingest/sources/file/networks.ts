import { BlockList, isIP } from 'node:net';

/** Whether these are an address or a network, such as 10.0.0.0/8. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** Makes the check whether an address is of one of these networks. An IPv4 address may be written as one of IPv6. */
export function makeNetworkCheck(networks: readonly string[]): (address: string) => boolean {
  const allowed = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) allowed.addAddress(address, family);
    else allowed.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const [bare = ''] = address.split('%');
    return isIP(bare) !== 0 && allowed.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
  };
}
