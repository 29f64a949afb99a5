import globalTeardown from './global-teardown';
import { takeBrokers } from './running-brokers';

/** After the last spec on Kafka: stops what set-up started. */
async function kafkaTeardown(): Promise<void> {
  await globalTeardown();
  const brokers = takeBrokers();
  if (brokers === undefined) return;
  await brokers.stop();
  // In watch mode the next run starts its own.
  delete process.env['TEST_KAFKA_BROKERS'];
}

// Jest takes nothing but a default export.
export { kafkaTeardown as default };
