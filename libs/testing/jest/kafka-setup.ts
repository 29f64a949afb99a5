import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { startBrokers } from '../kafka/brokers';
import { NoKafka } from '../kafka/jars';
import globalSetup from './global-setup';
import { keepBrokers } from './running-brokers';

const NO_KCAT = 'Some need kcat. Debian, Ubuntu: apt-get install kcat; macOS: brew install kcat.';

/**
 * Before the first spec on Kafka: what other specs have, and one broker for all, its address in `TEST_KAFKA_BROKERS`. Those
 * named by `KAFKA_BROKERS` are used as they are. Where there is no Kafka to be had, `TEST_KAFKA_MISSING` says why, and the
 * specs are skipped; `TEST_KCAT_MISSING` says it of those that need kcat.
 */
async function kafkaSetup(): Promise<void> {
  await globalSetup();
  await promisify(execFile)('kcat', ['-V']).catch(() => void (process.env['TEST_KCAT_MISSING'] = NO_KCAT));
  const given = process.env['KAFKA_BROKERS'] ?? '';
  if (given !== '') {
    process.env['TEST_KAFKA_BROKERS'] = given;
    return;
  }
  try {
    const brokers = await startBrokers();
    process.env['TEST_KAFKA_BROKERS'] = brokers.address;
    keepBrokers(brokers);
  } catch (error) {
    if (!(error instanceof NoKafka)) throw error;
    process.env['TEST_KAFKA_MISSING'] = error.message;
  }
}

// Jest takes nothing but a default export.
export { kafkaSetup as default };
