'use strict';

/**
 * Says in one line how many specs were skipped for want of a Kafka broker or of kcat, and how to get them. Where CI is
 * `true` that is a failure: nobody would miss them.
 */
class JestKafka {
  #skipped = 0;

  onRunComplete(_contexts, results) {
    const kafka = results.testResults.filter(({ testFilePath }) => testFilePath.endsWith('.kafka.spec.ts'));
    const reason = process.env.TEST_KAFKA_MISSING ?? process.env.TEST_KCAT_MISSING ?? '';
    if (reason === '') return;
    this.#skipped = kafka.reduce((sum, { numPendingTests }) => sum + numPendingTests, 0);
    if (this.#skipped > 0) console.error(`\n${this.#skipped} specs on Kafka were skipped. ${reason}`);
  }

  getLastError() {
    if (this.#skipped === 0 || process.env.CI !== 'true') return undefined;
    return new Error(`${this.#skipped} specs on Kafka were skipped, which CI does not accept`);
  }
}

module.exports = JestKafka;
