'use strict';

/**
 * Says in one line how many specs were skipped for want of what they run on, and how to get it. Where CI is `true` that is a failure. Options: `on`, its name; `files`, what the
 * names of those specs contain; `missing`, the variable of the environment that says how to get it.
 */
class JestSkipped {
  #skipped = 0;
  #options;

  constructor(_config, options) {
    this.#options = options;
  }

  onRunComplete(_contexts, results) {
    const { on, files, missing } = this.#options;
    const advice = process.env[missing] ?? '';
    if (advice === '') return;
    const theirs = results.testResults.filter(({ testFilePath }) => testFilePath.includes(files));
    this.#skipped = theirs.reduce((sum, { numPendingTests }) => sum + numPendingTests, 0);
    if (this.#skipped > 0) console.error(`\n${this.#skipped} specs on ${on} were skipped. ${advice}`);
  }

  getLastError() {
    if (this.#skipped === 0 || process.env.CI !== 'true') return undefined;
    return new Error(`${this.#skipped} specs on ${this.#options.on} were skipped, which CI does not accept`);
  }
}

module.exports = JestSkipped;
