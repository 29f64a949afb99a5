import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { AccessCheck } from './access-check';
import { allowedMethods } from './allowed-methods';
import { nothingAtPath, Problem } from './problem';
import { pathOf } from './request-context';

export interface RequestHooks {
  /** Whether clients should use another instance: answers then close their connections. */
  readonly leaving: () => boolean;
  /** Whether a path that a route's pattern matches exists. */
  readonly knows: (path: string) => boolean;
  /** Checks requests to unknown paths and methods, which no guard of Nest sees. Default: none is refused. */
  readonly access?: AccessCheck;
}

/** Adds request ids to every answer, checks the rules of HTTP, and answers 404 and 405 before a body is read. */
export function addRequestHooks(instance: FastifyInstance, { leaving, knows, access }: RequestHooks): void {
  const methods = allowedMethods(instance);
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done(wrongHost(request));
  });
  const refuse = async (request: FastifyRequest): Promise<Problem> => {
    const path = pathOf(request.raw.url);
    return (await access?.(request, { key: 'required' })) ?? unknownRoute(request, knows(path) ? methods.of(path) : []);
  };
  instance.addHook('onRequest', (request, _reply, done) => {
    if (isUnknown(request)) refuse(request).then(done, done);
    else done();
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (leaving()) void reply.header('connection', 'close');
    done(null, payload);
  });
}

/** Whether no handler will see it: Nest answers 404 itself where a parameter of the path is empty. */
function isUnknown({ is404, params }: FastifyRequest): boolean {
  return is404 || Object.values(params as Readonly<Record<string, string>>).includes('');
}

/** RFC 9112, section 3.2: an HTTP/1.1 request has exactly one Host. */
function wrongHost({ raw }: FastifyRequest): Problem | undefined {
  const hosts = raw.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts === 1 || (hosts === 0 && raw.httpVersion !== '1.1')) return undefined;
  return new Problem({ status: 400, code: 'malformed-http', detail: 'The request must have exactly one Host.' });
}

function unknownRoute(request: FastifyRequest, methods: readonly string[]): Problem {
  if (methods.length === 0 || methods.includes(request.method)) return nothingAtPath();
  const allow = methods.join(', ');
  return new Problem({
    status: 405,
    code: 'method-not-allowed',
    detail: `This path has ${allow}.`,
    headers: { allow },
  });
}

/** Aborted when the request's listener begins to close: end streams and waits then. */
export function closingSignal(request: FastifyRequest): AbortSignal {
  return (request.server as unknown as { readonly closing: AbortSignal }).closing;
}
