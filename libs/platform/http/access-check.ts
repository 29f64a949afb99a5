import { createHash, timingSafeEqual } from 'node:crypto';

import type { FastifyRequest } from 'fastify';

import type { Access } from './access';
import { EVERYTHING, giveGrant, grantOf, type Grant } from './grant';
import { isLoopbackAuthority } from './hosts';
import type { KnownKeys } from './key-source';
import { Problem } from './problem';
import { RequestLimit } from './request-limit';

/** What an operation asks of a request. */
export interface Need {
  /** `optional`: a client with a key gets more. */
  readonly key: 'required' | 'optional' | 'none';
  /** The key must have it. Default: any key will do. */
  readonly scope?: string | undefined;
  /** Whether it counts for the limit of requests. Default true. */
  readonly isCounted?: boolean;
}

/** Checks a request, and notes its grant. Resolves with the problem of one that may not be answered; undefined where it may. */
export type AccessCheck = (request: FastifyRequest, need: Need) => Promise<Problem | undefined>;

type Keys = Pick<Access, 'apiKeys' | 'isKeyRequired' | 'keySource' | 'perSecond'>;

/**
 * Makes the check of a listener's requests. Where there are keys, each request that needs one must carry it. Without, the
 * listener is on loopback, and each request must name a loopback host: a web page whose host name resolves to this machine
 * (DNS rebinding) does not.
 */
export function makeAccessCheck(access: Keys): AccessCheck {
  const check = makeKeysCheck(access);
  const limit = new RequestLimit();
  return async (request, need) => {
    const problem = await check(request, need);
    if (problem !== undefined || need.key !== 'required' || need.isCounted === false) return problem;
    const perSecond = grantOf(request).perSecond ?? access.perSecond ?? 0;
    return perSecond === 0 || limit.admit(callerOf(request), perSecond) ? undefined : tooManyRequests(perSecond);
  };
}

/** Names whose requests are counted together: by the key, without one by the address. */
function callerOf(request: FastifyRequest): string {
  const given = bearerOf(request);
  return given === null ? request.ip : digestOf(given).toString('hex');
}

function tooManyRequests(perSecond: number): Problem {
  return new Problem({
    status: 429,
    code: 'too-many-requests',
    detail: `More than ${perSecond} requests per second came with this key, or without keys from this address. Retry in a second.`,
    headers: { 'retry-after': '1' },
  });
}

function makeKeysCheck(access: Keys): AccessCheck {
  const hasKey = makeKeyCheck(access.apiKeys);
  return async (request, need) => {
    if (hasKey(request)) return granted(request, EVERYTHING);
    const isRequired = need.key === 'required';
    if (isRequired && isAlwaysRequired(access) && bearerOf(request) === null) return keyMissing(request);
    const known = isRequired ? await knownKeys(access, request, need.scope) : (access.keySource?.lastKnown() ?? null);
    if (isOpen(access, known)) return hostProblem(request) ?? granted(request, EVERYTHING);
    return isRequired ? keyProblem(request, need.scope, known) : undefined;
  };
}

const isAlwaysRequired = ({ apiKeys, isKeyRequired = false }: Keys): boolean => isKeyRequired || apiKeys.length > 0;

/** Whether no request needs a key. */
const isOpen = (access: Keys, known: KnownKeys | null): boolean => !isAlwaysRequired(access) && known?.isAny !== true;

/**
 * The keys of the source. Where it cannot tell them, nothing is answered that shows data or needs a key; what does neither
 * (metrics on loopback) is, since it is wanted most then.
 */
async function knownKeys(access: Keys, request: FastifyRequest, scope: string | undefined): Promise<KnownKeys | null> {
  const { keySource } = access;
  if (keySource === undefined) return null;
  try {
    const known = await keySource.keys();
    const given = bearerOf(request);
    // It may have been made just now.
    const isNew = given !== null && known.find(digestOf(given)) === undefined;
    return isNew ? await keySource.recentKeys() : known;
  } catch (error) {
    const last = keySource.lastKnown();
    if (scope === undefined && isOpen(access, last)) return last;
    throw error;
  }
}

/**
 * Makes what tells whether a client may read what is for operators: one with a key of the settings, or with a key of that scope;
 * where no key is needed, every client of a listener on loopback.
 */
export function makeOperatorCheck(
  access: Keys,
  { scope, isLocal }: { readonly scope: string; readonly isLocal: boolean },
): (request: FastifyRequest) => Promise<boolean> {
  const hasKey = makeKeyCheck(access.apiKeys);
  return async (request) => {
    if (hasKey(request)) return true;
    const known = await knownKeys(access, request, undefined).catch(() => access.keySource?.lastKnown() ?? null);
    return isOpen(access, known) ? isLocal : keyProblem(request, scope, known) === undefined;
  };
}

/** The problem of a request whose key is none of the settings. */
function keyProblem(request: FastifyRequest, scope: string | undefined, known: KnownKeys | null): Problem | undefined {
  const given = bearerOf(request);
  if (given === null) return keyMissing(request);
  const key = known?.find(digestOf(given));
  if (key === undefined) return notAccepted('key-not-accepted', 'This key is not accepted.');
  if (key.expires !== null && performance.now() >= key.expires)
    return notAccepted('key-expired', `The key ${key.key} has expired: ask for a new one.`);
  if (scope !== undefined && !key.scopes.includes(scope)) return scopeMissing(scope, key.scopes);
  return granted(request, key);
}

/** Notes the grant: there is no problem. */
function granted(request: FastifyRequest, grant: Grant): Problem | undefined {
  giveGrant(request, grant);
  return undefined;
}

/** Whether a request carries one of the keys; without keys, none does. */
export function makeKeyCheck(apiKeys: readonly string[]): (request: FastifyRequest) => boolean {
  const digests = apiKeys.map(digestOf);
  return (request) => {
    const given = digests.length === 0 ? null : bearerOf(request);
    if (given === null) return false;
    const digest = digestOf(given);
    // Each key is compared, so that the time reveals neither how much of a key was right nor which one.
    return digests.map((known) => timingSafeEqual(known, digest)).includes(true);
  };
}

function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function keyMissing({ headers }: FastifyRequest): Problem {
  if (headers.authorization !== undefined) return notAccepted('key-not-accepted', 'This key is not accepted.');
  const detail = 'Send a key as "Authorization: Bearer <key>".';
  return new Problem({ status: 401, code: 'key-missing', detail, headers: { 'www-authenticate': 'Bearer' } });
}

function notAccepted(code: string, detail: string): Problem {
  return new Problem({ status: 401, code, detail, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
}

function scopeMissing(scope: string, scopes: readonly string[]): Problem {
  return new Problem({
    status: 403,
    code: 'scope-missing',
    detail: `This needs a key with the scope ${scope}; the given key has ${scopes.join(', ')}.`,
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` },
  });
}

function hostProblem(request: FastifyRequest): Problem | undefined {
  const host = authorityOf(request);
  if (host === undefined || isLoopbackAuthority(host)) return undefined;
  return new Problem({
    status: 421,
    code: 'host-not-served',
    detail: 'This listener serves this machine only: address it as localhost or 127.0.0.1.',
  });
}

/** The host of a target in absolute form takes precedence over the `Host` header (RFC 9112, section 3.2.2). */
function authorityOf({ raw, headers }: FastifyRequest): string | undefined {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(raw.url ?? '')?.[1] ?? headers.host;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
