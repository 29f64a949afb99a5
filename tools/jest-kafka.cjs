'use strict';

/**
 * Says in one line how many specs were skipped for want of a Kafka broker, of Kafka's own programs, of kcat, a JDK or Python, and how to get them. Where CI is
 * `true` that is a failure: nobody would miss them.
 */
class JestKafka {
  #skipped = 0;

  onRunComplete(_contexts, results) {
    const kafka = results.testResults.filter(({ testFilePath }) => testFilePath.endsWith('.kafka.spec.ts'));
    const { TEST_KAFKA_MISSING, TEST_KAFKA_PROGRAM_MISSING, TEST_KCAT_MISSING, TEST_JDK_MISSING, TEST_PYTHON_MISSING } =
      process.env;
    const missing = [
      TEST_KAFKA_MISSING,
      TEST_KAFKA_PROGRAM_MISSING,
      TEST_KCAT_MISSING,
      TEST_JDK_MISSING,
      TEST_PYTHON_MISSING,
    ];
    const reasons = missing.filter((reason) => reason);
    if (reasons.length === 0) return;
    this.#skipped = kafka.reduce((sum, { numPendingTests }) => sum + numPendingTests, 0);
    if (this.#skipped > 0) console.error(`\n${this.#skipped} specs on Kafka were skipped. ${reasons.join(' ')}`);
  }

  getLastError() {
    if (this.#skipped === 0 || process.env.CI !== 'true') return undefined;
    return new Error(`${this.#skipped} specs on Kafka were skipped, which CI does not accept`);
  }
}

module.exports = JestKafka;
