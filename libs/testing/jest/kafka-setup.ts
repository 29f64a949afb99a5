import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { startBrokers } from '../kafka/brokers';
import { kafkaProgram, NoKafka } from '../kafka/jars';
import globalSetup from './global-setup';
import { keepBrokers } from './running-brokers';

const NO_JDK =
  'One needs a JDK. Debian, Ubuntu: apt-get install openjdk-17-jdk-headless; macOS: brew install openjdk@17.';
const NO_KCAT = 'Some need kcat. Debian, Ubuntu: apt-get install kcat; macOS: brew install kcat.';
const OR_GIVE_BROKERS = 'Or, for most of them, set KAFKA_BROKERS to brokers that run already.';

/**
 * Before the first spec on Kafka: what other specs have, and one broker for all, its address in `TEST_KAFKA_BROKERS`. Those
 * named by `KAFKA_BROKERS` are used as they are. Specs that cannot be run are skipped: `TEST_KAFKA_MISSING` says why there
 * is no Kafka to be had, `TEST_KAFKA_PROGRAM_MISSING` why none can be started beside the brokers that are given,
 * `TEST_KCAT_MISSING` and `TEST_JDK_MISSING` that there is no such program.
 */
async function kafkaSetup(): Promise<void> {
  await globalSetup();
  await need('TEST_KCAT_MISSING', NO_KCAT, 'kcat', '-V');
  await need('TEST_JDK_MISSING', NO_JDK, 'javac', '-version');
  const given = process.env['KAFKA_BROKERS'] ?? '';
  try {
    if (given === '') await startBroker();
    else await useBrokers(given);
  } catch (error) {
    if (!(error instanceof NoKafka)) throw error;
    if (given === '') process.env['TEST_KAFKA_MISSING'] = `${error.message} ${OR_GIVE_BROKERS}`;
    else
      process.env['TEST_KAFKA_PROGRAM_MISSING'] =
        `They need brokers of their own, or Kafka’s own tools. ${error.message}`;
  }
}

async function need(variable: string, missing: string, program: string, ...words: readonly string[]): Promise<void> {
  await promisify(execFile)(program, words).catch(() => void (process.env[variable] = missing));
}

async function startBroker(): Promise<void> {
  const brokers = await startBrokers();
  process.env['TEST_KAFKA_BROKERS'] = brokers.address;
  keepBrokers(brokers);
}

async function useBrokers(given: string): Promise<void> {
  process.env['TEST_KAFKA_BROKERS'] = given;
  await kafkaProgram();
}

// Jest takes nothing but a default export.
export { kafkaSetup as default };
