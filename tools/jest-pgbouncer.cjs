'use strict';

/** Says in one line how many specs were skipped for want of PgBouncer, and how to get it. Where CI is `true` that is a failure. */
class JestPgBouncer {
  #skipped = 0;

  onRunComplete(_contexts, results) {
    const missing = process.env.TEST_PGBOUNCER_MISSING ?? '';
    if (missing === '') return;
    const theirs = results.testResults.filter(({ testFilePath }) => testFilePath.includes('.pgbouncer.'));
    this.#skipped = theirs.reduce((sum, { numPendingTests }) => sum + numPendingTests, 0);
    if (this.#skipped > 0) console.error(`\n${this.#skipped} specs on PgBouncer were skipped. ${missing}`);
  }

  getLastError() {
    if (this.#skipped === 0 || process.env.CI !== 'true') return undefined;
    return new Error(`${this.#skipped} specs on PgBouncer were skipped, which CI does not accept`);
  }
}

module.exports = JestPgBouncer;
