import type { Environment } from './given-values';

/** Variables that Kubernetes and Docker set for each service of a namespace, named after the service in capitals. */
const BY_NAME = /_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const BY_VALUE = /^(?:tcp|udp|sctp):\/\/\S+:\d+$/;

/**
 * The environment without the variables that Kubernetes adds for services (`enableServiceLinks`). For a service named `kafka` it
 * sets KAFKA_PORT=tcp://…, for one named `api` API_PORT, which would be read as settings.
 */
export function withoutServiceLinks(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name, value]) => !isServiceLink(name, value ?? '')));
}

function isServiceLink(name: string, value: string): boolean {
  return BY_NAME.test(name) || (name.endsWith('_PORT') && BY_VALUE.test(value));
}
