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
    'notification.received is the only event of a body beyond the limits, attributed to its task',
    'scanning a text as JSON needs no stack for nesting',
    'the task of a notification is found in a body too deep or too large to be read',
    '20,000 subtasks are read in time that grows with their number',
  ]),
  files: /\/libs\/mps\/document\/(document|outline|scan)\.ts$/,
};

/**
 * Runs a library's specs (MUTATED_LIBRARY) for Stryker, in its worker's process. Between two mutants nothing is loaded
 * again, unless the mutant is in code that runs while it is loaded.
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
    const light = tests.filter((test) => !isHeavy(test));
    const result = await runUntilFailure(light, Math.min(hitLimit ?? Infinity, LIGHT_HITS));
    if (result.status !== 'survived' || !HEAVY.files.test(activeMutant.fileName)) return result;
    return runUntilFailure(tests.filter(isHeavy), hitLimit ?? Infinity, light.length);
  }

  #load(activeMutant) {
    Object.assign(context, { activeMutant, hitCount: 0, hitLimit: LIGHT_HITS });
    this.loadedWith = activeMutant;
    this.tests = this.loadSpecs(process.env.MUTATED_LIBRARY);
  }
}

/**
 * How often a mutant can be reached by the light tests; beyond that it is in an endless loop. Stryker's own limit counts the
 * heavy tests too, a hundred times over: in code that they reach millions of times it would take minutes.
 */
const LIGHT_HITS = 5_000_000;

const isHeavy = ({ name }) => HEAVY.tests.has(name);

/** Runs tests up to the first that fails, or until the mutant was reached too often; `before` is how many ran already. */
async function runUntilFailure(tests, hitLimit, before = 0) {
  Object.assign(context, { hitCount: 0, hitLimit });
  for (const [at, { name, run }] of tests.entries()) {
    const failure = await failureOf(run);
    const nrOfTests = before + at + 1;
    if (context.hitCount > hitLimit) return { status: 'timeout', reason: `reached ${context.hitCount} times` };
    if (failure !== undefined) return { status: 'killed', killedBy: [name], failureMessage: failure, nrOfTests };
  }
  return { status: 'survived', nrOfTests: before + tests.length };
}

/** Why a test fails, in short, since some bodies are long; undefined if it passes. */
async function failureOf(run) {
  try {
    await run();
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).slice(0, 1000);
  }
}

const outcome = (failure) => (failure === undefined ? { status: 0 } : { status: 1, failureMessage: failure });

export const strykerPlugins = [{ kind: 'TestRunner', name: 'specs', injectableClass: SpecRunner }];
