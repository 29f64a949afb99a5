import type { FastifyInstance } from 'fastify';

import type { Metrics } from '../metrics/make-metrics';

/** Counts and times the requests of a listener by route (never by path). Returns the counter of refused connections. */
export function measureRequests(instance: FastifyInstance, metrics: Metrics, listener: string): (code: string) => void {
  const requests = metrics.counter({
    name: 'http_requests_total',
    help: 'Requests answered.',
    labels: ['listener', 'method', 'route', 'status'],
  });
  const seconds = metrics.histogram({
    name: 'http_request_seconds',
    help: 'Time until a request was answered.',
    labels: ['listener', 'route'],
  });
  const refused = metrics.counter({
    name: 'http_refused_total',
    help: 'Connections refused before they held a request.',
    labels: ['listener', 'reason'],
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    requests.inc({ listener, method: request.method, route, status: String(reply.statusCode) });
    seconds.observe({ listener, route }, reply.elapsedTime / 1000);
    done();
  });
  return (reason) => refused.inc({ listener, reason });
}
