import type { Environment } from './given-values';

/** What Kubernetes and Docker set for each service of a namespace, by the service's name in capitals. */
const BY_NAME = /_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const BY_VALUE = /^(?:tcp|udp|sctp):\/\/\S+:\d+$/;

/**
 * The environment without what Kubernetes adds to it for services (`enableServiceLinks`): nobody gave that to this program.
 * Of a service named `kafka` it makes KAFKA_PORT=tcp://…, of one named `api` API_PORT, which would be taken for settings.
 */
export function withoutServiceLinks(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => !isServiceLink(name, value ?? '')));
}

function isServiceLink(name: string, value: string): boolean {
  return BY_NAME.test(name) || (name.endsWith('_PORT') && BY_VALUE.test(value));
}
