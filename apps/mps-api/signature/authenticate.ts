import { apiError, missingParameter } from '../api-error';
import type { ApiError } from '../api-error';
import type { ApiRequest } from '../http/api-request';
import type { AcceptedKeys } from './accepted-keys';
import { parseAuthorization } from './authorization';
import { isSignedByTc3 } from './tc3';
import { isSignedByV1 } from './v1';

/** Whose request it is. */
export interface Caller {
  readonly ok: true;
  /** What its requests are counted by: the SecretId. */
  readonly name: string;
}

/** How far the clocks of client and server may be apart (https://cloud.tencent.com/document/api/862/37578). */
const CLOCK_SKEW_SECONDS = 300;

/** Checks the signature in the header fields of a request. */
export function authenticateByHeader(request: ApiRequest, keys: AcceptedKeys, nowMs: number): Caller | ApiError {
  const text = request.headers.get('authorization');
  if (text === undefined) return badAuthorization('The request has no Authorization.');
  if (text === 'SKIP') return badAuthorization('The request is not signed (Authorization: SKIP), and must be here.');
  const authorization = parseAuthorization(text);
  if (authorization === null) {
    const form = 'TC3-HMAC-SHA256 Credential=…, SignedHeaders=content-type;host, Signature=…';
    return badAuthorization(`The Authorization is not of the form: ${form}.`);
  }
  const timestamp = request.headers.get('x-tc-timestamp') ?? '';
  const known = knownKeys(keys, authorization.secretId, timestamp, 'X-TC-Timestamp', nowMs);
  if (!known.ok) return known;
  if (authorization.date !== new Date(Number(timestamp) * 1000).toISOString().slice(0, 10))
    return wrongSignature('The date of the credential is not the day of X-TC-Timestamp in UTC.');
  return isSignedByTc3(request, authorization, timestamp, known.secretKeys)
    ? { ok: true, name: authorization.secretId }
    : wrongSignature();
}

/** Parameters without which a request is not signed. */
const SIGNING_PARAMETERS = ['SecretId', 'Signature', 'Timestamp', 'Nonce'];

/** Checks the signature in the parameters of a request. */
export function authenticateByParameters(
  request: ApiRequest,
  parameters: ReadonlyMap<string, string>,
  keys: AcceptedKeys,
  nowMs: number,
): Caller | ApiError {
  const missing = SIGNING_PARAMETERS.find((name) => !parameters.has(name));
  if (missing !== undefined) return missingParameter(missing);
  const secretId = parameters.get('SecretId') ?? '';
  const known = knownKeys(keys, secretId, parameters.get('Timestamp') ?? '', 'Timestamp', nowMs);
  if (!known.ok) return known;
  return isSignedByV1(request, parameters, known.secretKeys) ? { ok: true, name: secretId } : wrongSignature();
}

/** The secret keys of a request that may still be signed by them. */
function knownKeys(keys: AcceptedKeys, secretId: string, timestamp: string, name: string, nowMs: number) {
  const secretKeys = keys.get(secretId);
  if (secretKeys === undefined)
    return apiError('AuthFailure.SecretIdNotFound', 'The SecretId is not found: MPS_API_KEYS does not have it.');
  if (timestamp === '') return missingParameter(name);
  if (!/^\d{1,11}$/.test(timestamp))
    return apiError('InvalidParameter', `The parameter \`${name}\` is not a time in Unix seconds.`);
  const skew = Math.abs(nowMs / 1000 - Number(timestamp));
  if (skew > CLOCK_SKEW_SECONDS) {
    const why = `\`${name}\` is ${Math.round(skew)} s from the time of this server; at most ${CLOCK_SKEW_SECONDS} s are allowed`;
    return apiError('AuthFailure.SignatureExpire', `The signature is expired: ${why}.`);
  }
  return { ok: true as const, secretKeys };
}

function badAuthorization(why: string): ApiError {
  return apiError('AuthFailure.InvalidAuthorization', why);
}

function wrongSignature(why = 'It is not the one of this request by the key of its SecretId.'): ApiError {
  return apiError('AuthFailure.SignatureFailure', `The signature is wrong. ${why}`);
}
