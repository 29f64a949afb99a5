import { createHash, timingSafeEqual } from 'node:crypto';

import type { FastifyRequest } from 'fastify';

import { ConfigurationError, type ConfigurationMistake } from '../configuration/configuration-error';
import { isLoopback, isLoopbackAuthority } from './hosts';
import { Problem } from './problem';

export interface Access {
  /** Accepted as `Authorization: Bearer <key>`. Empty: no key is needed, which is allowed on loopback only. */
  readonly apiKeys: readonly string[];
  /** The setting that names the host, for the refusal. Default `API_HOST`. */
  readonly hostSetting?: string;
  /** The setting that holds the keys, for the refusal. Default `API_KEYS`. */
  readonly keysSetting?: string;
  /** The form of that setting, for the refusal. Default: that of `API_KEYS`. */
  readonly keysForm?: string;
}

/** The mistake of a listener that would be open to other machines without a key, if it is one. */
export function openListenerMistakes(host: string, access: Access): ConfigurationMistake[] {
  if (access.apiKeys.length > 0 || isLoopback(host)) return [];
  const { hostSetting = 'API_HOST', keysSetting = 'API_KEYS' } = access;
  const { keysForm = 'comma-separated, 16 characters or more each' } = access;
  const message =
    `= ${JSON.stringify(host)} would open this listener to other machines without a key. ` +
    `Set ${keysSetting} (${keysForm}), or leave ${hostSetting} at 127.0.0.1.`;
  return [{ key: hostSetting, message }];
}

/** The same for `API_HOST` and `API_KEYS`, for `check` of `readConfiguration`. */
export function apiListenerMistakes(config: {
  readonly API_HOST?: string;
  readonly API_KEYS?: readonly string[];
}): ConfigurationMistake[] {
  return config.API_HOST === undefined ? [] : openListenerMistakes(config.API_HOST, { apiKeys: config.API_KEYS ?? [] });
}

/** Throws a ConfigurationError of those mistakes. */
export function refuseOpenListener(app: string, host: string, access: Access): void {
  const mistakes = openListenerMistakes(host, access);
  if (mistakes.length > 0) throw new ConfigurationError(app, mistakes);
}

/** The problem of a request that may not be answered; undefined where it may. */
export type AccessCheck = (request: FastifyRequest, needsKey: boolean) => Problem | undefined;

/**
 * Makes the check of a listener's requests. With keys, each request that needs a key must carry one of them. Without, the listener
 * is on loopback, and each request must name a loopback host: a web page whose host name resolves to this machine (DNS
 * rebinding) does not.
 */
export function makeAccessCheck({ apiKeys }: Access): AccessCheck {
  const hasKey = makeKeyCheck(apiKeys);
  return (request, needsKey) => {
    if (apiKeys.length === 0) return hostProblem(request);
    return !needsKey || hasKey(request) ? undefined : keyProblem(request);
  };
}

/** Whether a request carries one of the keys; without keys, none does. */
export function makeKeyCheck(apiKeys: readonly string[]): (request: FastifyRequest) => boolean {
  const digests = apiKeys.map(digestOf);
  return (request) => {
    const given = bearerOf(request);
    if (given === null) return false;
    const digest = digestOf(given);
    // Each key is compared, so that the time reveals neither how much of a key was right nor which one.
    return digests.map((known) => timingSafeEqual(known, digest)).includes(true);
  };
}

function bearerOf(request: FastifyRequest): string | null {
  return /^Bearer +([^\s]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function keyProblem(request: FastifyRequest): Problem {
  const given = request.headers.authorization !== undefined;
  return new Problem({
    status: 401,
    code: given ? 'key-not-accepted' : 'key-missing',
    detail: given ? 'This key is not accepted.' : 'Send a key as "Authorization: Bearer <key>".',
    headers: { 'www-authenticate': given ? 'Bearer error="invalid_token"' : 'Bearer' },
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
