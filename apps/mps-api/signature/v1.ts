import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ApiRequest } from '../http/api-request';
import { signedHosts } from './hosts';

/** Values of `SignatureMethod`, and their hashes. */
const HASHES: ReadonlyMap<string, string> = new Map([
  ['HmacSHA1', 'sha1'],
  ['HmacSHA256', 'sha256'],
]);

/** The method where none is given. */
const DEFAULT_METHOD = 'HmacSHA1';

/**
 * Whether the parameters of a request are signed by one of the keys: method, host, path and the parameters sorted by name, not
 * encoded (https://cloud.tencent.com/document/api/862/37576). The Go SDK leaves parameters without a value out of what it signs, the
 * others do not.
 */
export function isSignedByV1(
  { method, headers }: ApiRequest,
  parameters: ReadonlyMap<string, string>,
  secretKeys: readonly string[],
): boolean {
  const algorithm = HASHES.get(parameters.get('SignatureMethod') ?? DEFAULT_METHOD);
  if (algorithm === undefined) return false;
  const given = Buffer.from(parameters.get('Signature') ?? '', 'base64');
  const sorted = [...parameters].filter(([name]) => name !== 'Signature').sort(([a], [b]) => (a < b ? -1 : 1));
  const texts = [sorted, sorted.filter(([, value]) => value !== '')].flatMap((signed) => {
    const joined = signed.map(([name, value]) => `${name}=${value}`).join('&');
    return signedHosts(headers.get('host') ?? '').map((host) => `${method}${host}/?${joined}`);
  });
  return texts.some((text) =>
    secretKeys.some((key) => {
      const computed = createHmac(algorithm, key).update(text).digest();
      return computed.length === given.length && timingSafeEqual(computed, given);
    }),
  );
}
