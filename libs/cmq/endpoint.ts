/** Where requests go. */
export interface CmqEndpoint {
  readonly protocol: 'http:' | 'https:';
  readonly hostname: string;
  /** Null for the protocol's own port. */
  readonly port: number | null;
  /** As in the header `Host` and in the signature. */
  readonly host: string;
  readonly path: string;
}

/** The path of the vendor's data plane, where an endpoint names none. */
const DEFAULT_PATH = '/v2/index.php';

/** Reads an endpoint such as `https://cmq-gz.publicXXX.tencenttdmq.com`, with or without a path; or says what is wrong with it. */
export function readEndpoint(text: string): CmqEndpoint | { readonly problem: string } {
  if (!URL.canParse(text)) return { problem: 'is no URL' };
  const { protocol, hostname, port, host, pathname, search, hash, username, password } = new URL(text);
  if (protocol !== 'http:' && protocol !== 'https:') return { problem: 'does not begin with https:// or http://' };
  if (username !== '' || password !== '')
    return { problem: 'contains credentials; SecretId and SecretKey have settings of their own' };
  if (search !== '' || hash !== '') return { problem: 'has something after its path' };
  return {
    protocol,
    // Brackets of IPv6 addresses are part of URLs only.
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? null : Number(port),
    host,
    path: pathname === '/' ? DEFAULT_PATH : pathname,
  };
}
