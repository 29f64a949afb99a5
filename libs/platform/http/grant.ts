import type { FastifyRequest } from 'fastify';

/** What a request may do. */
export interface Grant {
  /** The name of its key; null where that is one of the settings', or none is needed. */
  readonly key: string | null;
  readonly scopes: 'all' | readonly string[];
  /** The accounts whose data it may see. */
  readonly accounts: 'all' | readonly string[];
  /** Requests per second at most; null: as the listener's settings say. */
  readonly perSecond: number | null;
}

/** Of the keys of the settings, and of every request where no key is needed. */
export const EVERYTHING: Grant = { key: null, scopes: 'all', accounts: 'all', perSecond: null };

const grants = new WeakMap<FastifyRequest, Grant>();

/** Notes what a request may do, for its handler. */
export function giveGrant(request: FastifyRequest, grant: Grant): void {
  grants.set(request, grant);
}

/** What a request may do. Throws where its access was not checked, so that nothing is granted by omission. */
export function grantOf(request: FastifyRequest): Grant {
  const grant = grants.get(request);
  if (grant === undefined) throw new Error('the access of this request was not checked');
  return grant;
}
