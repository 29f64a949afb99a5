import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { ApiRequest } from '../http/api-request';
import type { Authorization } from './authorization';
import { signedHosts } from './hosts';

/** What clients send, and sign, in place of the hash of a body that they do not sign. */
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/**
 * Whether a request is signed by one of the keys: TC3-HMAC-SHA256 (https://cloud.tencent.com/document/api/862/37575). Values of
 * header fields may be signed as they are sent, as all SDKs do, or in lower case, as the document has it. Each comparison takes a
 * time that does not depend on its content.
 *
 * @param timestamp the text of X-TC-Timestamp
 */
export function isSignedByTc3(
  request: ApiRequest,
  { date, service, signedHeaders, signature }: Authorization,
  timestamp: string,
  secretKeys: readonly string[],
): boolean {
  const keys = secretKeys.map((secretKey) => signingKey(secretKey, date, service));
  const start = `TC3-HMAC-SHA256\n${timestamp}\n${date}/${service}/tc3_request\n`;
  for (const canonical of canonicalRequests(request, signedHeaders)) {
    const text = start + hash('sha256', Buffer.from(canonical, 'latin1'));
    if (keys.some((key) => timingSafeEqual(hmac(key, text), signature))) return true;
  }
  return false;
}

/** The forms in which this request may have been signed; each byte is one character. */
function* canonicalRequests({ method, headers, query, body }: ApiRequest, signedHeaders: readonly string[]) {
  const payload = headers.get('x-tc-content-sha256') === UNSIGNED_PAYLOAD ? UNSIGNED_PAYLOAD : body;
  const end = `\n${signedHeaders.join(';')}\n${hash('sha256', payload)}`;
  const start = `${method}\n/\n${method === 'GET' ? query : ''}\n`;
  const forms = signedHosts(headers.get('host') ?? '').map((host) =>
    signedHeaders.map((name) => `${name}:${name === 'host' ? host : (headers.get(name) ?? '')}\n`).join(''),
  );
  for (const lines of forms) yield start + lines + end;
  for (const lines of forms) if (lines !== lines.toLowerCase()) yield start + lines.toLowerCase() + end;
}

/** Signing keys that were computed, by what they are of: a client uses one for a day. */
const computedKeys = new Map<string, Buffer>();
const MOST_COMPUTED_KEYS = 100;

function signingKey(secretKey: string, date: string, service: string): Buffer {
  const of = `${date}/${service}/${secretKey}`;
  const known = computedKeys.get(of);
  if (known !== undefined) return known;
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), service), 'tc3_request');
  if (computedKeys.size >= MOST_COMPUTED_KEYS) computedKeys.clear();
  computedKeys.set(of, key);
  return key;
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
