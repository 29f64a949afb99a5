import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where the mutated code and Stryker meet: which mutant is active, which test runs, what it covered. */
const context = (globalThis.__stryker__ ??= {});

/**
 * Tests of sizes: each takes seconds with the mutants' switches in the code, and together most of the time of all. They are
 * asked last, and only about the files that meet a body before it is known to be small.
 */
const HEAVY = {
  library: 'mps',
  tests: new Set([
    'a document is read to 1,000,000 members and outlined beyond',
    'notification.received alone is the answer to a body beyond the limits, attributed all the same',
    'scanning a text as JSON needs no stack for nesting',
    'whose notification it is is found in a body too deep or too large to be read',
    '20,000 subtasks are read in time that grows with their number',
  ]),
  files: /\/libs\/mps\/(document|outline|scan)\.ts$/,
};

/**
 * Runs a library's specs (MUTATED_LIBRARY) for Stryker, in its worker's process. Between two mutants nothing is loaded
 * anew, unless the mutant is in code that runs while it is loaded.
 */
class SpecRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  /** The worker is started in the copy of the tree that holds the mutants. */
  async init() {
    const copy = createRequire(join(process.cwd(), 'package.json'));
    const { loadSpecs, teachRequire } = copy('./tools/mutation/specs-of-library.cjs');
    teachRequire();
    this.loadSpecs = loadSpecs;
  }

  /** All tests, without a mutant: which of them reaches which mutant. */
  async dryRun() {
    this.#load(undefined);
    const tests = [];
    for (const { name, run } of this.tests) {
      context.currentTestId = name;
      const began = performance.now();
      const failure = await failureOf(run);
      tests.push({ id: name, name, timeSpentMs: performance.now() - began, ...outcome(failure) });
    }
    context.currentTestId = undefined;
    const gone = [...HEAVY.tests].filter((title) => !tests.some(({ name }) => name === title));
    if (process.env.MUTATED_LIBRARY === HEAVY.library && gone.length > 0) {
      return { status: 'error', errorMessage: `heavy tests that are not there: ${gone.join('; ')}` };
    }
    return { status: 'complete', tests, mutantCoverage: context.mutantCoverage };
  }

  /** The tests that reach the mutant, up to the first that fails. Specs that cannot even be loaded have noticed it. */
  async mutantRun({ activeMutant, testFilter, hitLimit, mutantActivation, reloadEnvironment }) {
    Object.assign(context, { hitCount: hitLimit === undefined ? undefined : 0, hitLimit: closer(hitLimit) });
    const whileLoading = mutantActivation === 'static' ? activeMutant.id : undefined;
    if (reloadEnvironment || this.tests === undefined || whileLoading !== this.loadedWith) {
      try {
        this.#load(whileLoading);
      } catch (error) {
        this.tests = undefined;
        return { status: 'killed', killedBy: [], failureMessage: String(error), nrOfTests: 0 };
      }
    }
    context.activeMutant = activeMutant.id;
    const asked = testFilter === undefined ? undefined : new Set(testFilter);
    const tests = this.tests.filter(({ name }) => asked === undefined || asked.has(name));
    const heavy = HEAVY.files.test(activeMutant.fileName) ? tests.filter(isHeavy) : [];
    return runUntilFailure([...tests.filter((test) => !isHeavy(test)), ...heavy]);
  }

  #load(activeMutant) {
    context.activeMutant = activeMutant;
    this.loadedWith = activeMutant;
    this.tests = this.loadSpecs(process.env.MUTATED_LIBRARY);
  }
}

/**
 * Stryker takes a mutant for an endless loop when it is reached a hundred times as often as without it, which for code that
 * is reached millions of times takes minutes. Here it is five times, and a million.
 */
const closer = (limit) => (limit === undefined ? undefined : Math.min(limit, limit / 20 + 1_000_000));

const isHeavy = ({ name }) => HEAVY.tests.has(name);

async function runUntilFailure(tests) {
  for (const [at, { name, run }] of tests.entries()) {
    const failure = await failureOf(run);
    if (context.hitCount > context.hitLimit) return { status: 'timeout', reason: `reached ${context.hitCount} times` };
    if (failure !== undefined)
      return { status: 'killed', killedBy: [name], failureMessage: failure, nrOfTests: at + 1 };
  }
  return { status: 'survived', nrOfTests: tests.length };
}

/** Why a test fails, or undefined if it passes. */
async function failureOf(run) {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const outcome = (failure) => (failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure });

export const strykerPlugins = [{ kind: 'TestRunner', name: 'specs', injectableClass: SpecRunner }];
