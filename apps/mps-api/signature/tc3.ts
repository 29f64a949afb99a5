import { createHmac, hash } from 'node:crypto';
import type { ApiRequest } from '../http/api-request';
import type { Authorization } from './authorization';
import { isAnyEqual } from './equal';
import { signedHosts } from './hosts';

/** What clients send, and sign, in place of the hash of a body that they do not sign. */
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/**
 * Whether a request is signed by one of the keys: TC3-HMAC-SHA256 (https://cloud.tencent.com/document/api/862/37575). Values of
 * header fields may be signed as they are sent, as all SDKs do, or in lower case, as the document has it.
 *
 * @param timestamp the text of X-TC-Timestamp
 */
export function isSignedByTc3(
  request: ApiRequest,
  { date, service, signedHeaders, signature }: Authorization,
  timestamp: string,
  secretKeys: readonly string[],
): boolean {
  const scope = `${date}/${service}/tc3_request`;
  const texts = canonicalRequests(request, signedHeaders).map(
    (canonical) => `TC3-HMAC-SHA256\n${timestamp}\n${scope}\n${hash('sha256', Buffer.from(canonical, 'latin1'))}`,
  );
  const computed = secretKeys.flatMap((secretKey) => {
    const key = [date, service, 'tc3_request'].reduce<string | Buffer>(hmac, `TC3${secretKey}`);
    return texts.map((text) => hmac(key, text));
  });
  return isAnyEqual(computed, signature);
}

/** The forms in which this request may have been signed; each byte is one character. */
function canonicalRequests(request: ApiRequest, signedHeaders: readonly string[]): readonly string[] {
  const { method, headers, query, body } = request;
  const payload = headers.get('x-tc-content-sha256') === UNSIGNED_PAYLOAD ? UNSIGNED_PAYLOAD : body;
  const end = `\n${signedHeaders.join(';')}\n${hash('sha256', payload)}`;
  const forms = signedHosts(headers.get('host') ?? '').flatMap((host) => {
    const lines = signedHeaders
      .map((name) => `${name}:${name === 'host' ? host : (headers.get(name) ?? '')}\n`)
      .join('');
    return [lines, lines.toLowerCase()];
  });
  const start = `${method}\n/\n${method === 'GET' ? query : ''}\n`;
  return [...new Set(forms)].map((lines) => start + lines + end);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
