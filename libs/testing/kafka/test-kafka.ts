let made = 0;

/** The brokers of the test run (jest/kafka-setup). Throws if there are none: put specs on Kafka into `describeKafka`. */
export function testBrokers(): readonly string[] {
  const brokers = process.env['TEST_KAFKA_BROKERS'] ?? '';
  if (brokers === '') throw new Error('no Kafka for specs: run them through jest, whose global setup starts a broker');
  return brokers.split(',');
}

/** A unique prefix for the names of topics. */
export function testTopicPrefix(): string {
  made += 1;
  return `spec-${Date.now().toString(36)}-${process.pid}-${made}.`;
}

/** `it`, or `it.skip` if kcat is not installed. */
export const itWithKcat = itUnless('TEST_KCAT_MISSING');

/** `it`, or `it.skip` if there is no Java compiler. */
export const itWithJdk = itUnless('TEST_JDK_MISSING');

/** `it`, or `it.skip` if there is no Python 3 with venv. */
export const itWithPython = itUnless('TEST_PYTHON_MISSING');

function itUnless(missing: string): jest.It {
  return ((...given: Parameters<jest.It>) => ((process.env[missing] ?? '') === '' ? it : it.skip)(...given)) as jest.It;
}

/** `describe`, or `describe.skip` if Kafka is not available. Programs outside of jest load this file too. */
export const describeKafka = ((...given: Parameters<jest.Describe>) =>
  ((process.env['TEST_KAFKA_MISSING'] ?? '') === '' ? describe : describe.skip)(...given)) as jest.Describe;

/**
 * Like `describeKafka`, for specs that start their own brokers or run Kafka's programs: skipped also if only the brokers of
 * `KAFKA_BROKERS` are available.
 */
export const describeOwnBrokers = ((...given: Parameters<jest.Describe>) =>
  ((process.env['TEST_KAFKA_PROGRAM_MISSING'] ?? '') === '' ? describeKafka : describe.skip)(
    ...given,
  )) as jest.Describe;
