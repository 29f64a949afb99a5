const COLON = /:/g;

/**
 * A broker to begin with (`host:port`), as kafkajs can take it apart: it looks for the first colon, of which an IPv6
 * address (`[::1]:9092`) has several. They go through it percent-encoded.
 */
export function toSeed(broker: string): string {
  const [, address, port = ''] = /^\[(.+)\]:(\d+)$/.exec(broker) ?? [];
  return address === undefined ? broker : `${address.replace(COLON, '%3A')}:${port}`;
}

/** The host that `toSeed` was given. What brokers say of themselves has its colons, and is left as it is. */
export function hostOfSeed(host: string): string {
  return host.replaceAll('%3A', ':');
}
