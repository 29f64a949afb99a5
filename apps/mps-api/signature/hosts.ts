/**
 * The hosts that a client may have signed, of the one that it addressed: the Node SDK signs the name without the port
 * (`URL.hostname`), with TC3; the SDKs of Java, Python and Go, and every SDK with HmacSHA1 or HmacSHA256, sign the endpoint as it
 * is configured.
 */
export function signedHosts(host: string): readonly string[] {
  const name = host.replace(/:\d*$/, '');
  return name === host ? [host] : [host, name];
}
