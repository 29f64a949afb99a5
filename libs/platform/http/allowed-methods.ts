import type { FastifyInstance } from 'fastify';

interface Route {
  readonly methods: ReadonlySet<string>;
  readonly pattern: RegExp;
}

/** The methods of each path, for the `Allow` of a 405. */
export interface AllowedMethods {
  /** Ascending; empty for an unknown path. */
  of(path: string): readonly string[];
}

/** Collects the routes as they are added; call it before the first is. */
export function allowedMethods(instance: FastifyInstance): AllowedMethods {
  const routes: Route[] = [];
  instance.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: new Set([method].flat()), pattern: patternOf(url) });
  });
  return {
    of(path) {
      const found = routes.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => [...methods]);
      return [...new Set(found)].sort();
    },
  };
}

/** A route's path as a regular expression: `:name` stands for one part of the path, `*` for any rest. */
function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  });
  return new RegExp(`^${parts.join('/')}$`, 's');
}
