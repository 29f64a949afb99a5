import { createHmac } from 'node:crypto';

export type SignatureMethod = 'HmacSHA256' | 'HmacSHA1';

/** The parameters of a request, by name; `Signature` is not among them yet. */
export type CmqParameters = Readonly<Record<string, string>>;

export interface RequestToSign {
  /** Host and port as in the header `Host`. */
  readonly host: string;
  readonly path: string;
  readonly parameters: CmqParameters;
}

/**
 * The text of a POST request that is signed: method, host with port, path, and the parameters sorted by name, with values as they
 * are (not URL-encoded). In names `_` becomes `.`. Source: the vendor's Java and Python clients of CMQ.
 */
export function canonicalRequest({ host, path, parameters }: RequestToSign): string {
  const names = Object.keys(parameters).sort();
  const pairs = names.map((name) => `${name.replaceAll('_', '.')}=${parameters[name] ?? ''}`);
  return `POST${host}${path}?${pairs.join('&')}`;
}

/** The signature of a request: base64 of the HMAC of its canonical text. */
export function signRequest(request: RequestToSign, secretKey: string, method: SignatureMethod): string {
  const algorithm = method === 'HmacSHA256' ? 'sha256' : 'sha1';
  return createHmac(algorithm, secretKey).update(canonicalRequest(request), 'utf8').digest('base64');
}
