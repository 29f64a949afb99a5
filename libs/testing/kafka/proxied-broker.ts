import { startBrokers, type BrokersOptions, type TestBroker } from './brokers';
import { startKafkaProxy, type KafkaProxy } from './kafka-proxy';

/** A broker behind a proxy, which is also its advertised address. */
export interface ProxiedBroker {
  readonly proxy: KafkaProxy;
  /** Addresses as in KAFKA_BROKERS: `proxied` through the proxy, `direct` without it. */
  readonly proxied: readonly string[];
  readonly direct: readonly string[];
  readonly broker: TestBroker;
  stop(): Promise<void>;
}

/** Starts a broker behind a proxy. Rejects with `NoKafka`. */
export async function startProxiedBroker(
  options: Omit<BrokersOptions, 'count' | 'advertisedPorts'> = {},
): Promise<ProxiedBroker> {
  const proxy = await startKafkaProxy();
  const started = await startBrokers({ ...options, advertisedPorts: [proxy.port] });
  const [broker] = started.brokers;
  if (broker === undefined) throw new Error('there is no broker');
  proxy.leadTo(broker.port);
  return {
    ...{ proxy, broker },
    proxied: started.address.split(','),
    direct: started.directAddress.split(','),
    async stop() {
      await started.stop();
      await proxy.close();
    },
  };
}
