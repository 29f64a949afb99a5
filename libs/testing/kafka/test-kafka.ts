let made = 0;

/** The brokers of the test run (jest/kafka-setup). Rejects where there are none: specs on Kafka go into `describeKafka`. */
export function testBrokers(): readonly string[] {
  const brokers = process.env['TEST_KAFKA_BROKERS'] ?? '';
  if (brokers === '') throw new Error('no Kafka for specs: run them through jest, whose global setup starts a broker');
  return brokers.split(',');
}

/** A beginning for the names of topics that no other spec, file or run uses. */
export function testTopicPrefix(): string {
  made += 1;
  return `spec-${Date.now().toString(36)}-${process.pid}-${made}.`;
}

/** `it`, or `it.skip` where there is no kcat. */
export const itWithKcat = ((...given: Parameters<jest.It>) =>
  ((process.env['TEST_KCAT_MISSING'] ?? '') === '' ? it : it.skip)(...given)) as jest.It;

/** `describe`, or `describe.skip` where there is no Kafka to be had. Programs that are no specs load this file, too. */
export const describeKafka = ((...given: Parameters<jest.Describe>) =>
  ((process.env['TEST_KAFKA_MISSING'] ?? '') === '' ? describe : describe.skip)(...given)) as jest.Describe;

/**
 * The same for specs that start brokers of their own or run Kafka's programs: skipped, too, where there are only the brokers
 * that `KAFKA_BROKERS` names.
 */
export const describeOwnBrokers = ((...given: Parameters<jest.Describe>) =>
  ((process.env['TEST_KAFKA_PROGRAM_MISSING'] ?? '') === '' ? describeKafka : describe.skip)(
    ...given,
  )) as jest.Describe;
