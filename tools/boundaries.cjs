'use strict';

/** The rules of `.dependency-cruiser.cjs` that are about apps, about how libraries are entered, and about all files. */

const SPEC = '\\.(spec|contract)\\.ts$';
/** npm packages, wherever they are installed. */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

const apps = [
  {
    name: 'app-never-imports-app',
    comment:
      'Apps meet in the log and the database; standalone alone composes their modules, the doctor reads their settings.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/', pathNot: '^apps/(standalone|doctor)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'doctor-reads-settings-of-apps',
    comment:
      'Of other apps the doctor knows settings, the sources that follow from them, and queues to look at; nothing that runs.',
    severity: 'error',
    from: { path: '^apps/doctor/', pathNot: ['/testing/', SPEC] },
    to: {
      path: '^apps/',
      pathNot: [
        '^apps/doctor/',
        '\\.config\\.ts$',
        '^apps/ingest/sources/(notification|configured)-sources\\.ts$',
        '^apps/ingest/sources/(queue/notification|cmq/cmq-notification|sqs/sqs-notification)-queue\\.ts$',
      ],
    },
  },
  {
    name: 'library-never-imports-app',
    comment: 'Only test/ may start an app’s modules from outside.',
    severity: 'error',
    from: { path: '^(libs|bench|tools|examples)/' },
    to: { path: '^apps/' },
  },
  {
    name: 'program-never-imports-test',
    comment: 'What is shipped never imports what proves or measures it.',
    severity: 'error',
    from: { path: '^(apps|libs|tools|examples)/' },
    to: { path: '^(test|bench)/' },
  },
  {
    name: 'example-imports-nothing-of-ours',
    comment: 'An example can be taken away and run elsewhere.',
    severity: 'error',
    from: { path: '^examples/' },
    to: { path: '^(libs|tools)/' },
  },
  {
    name: 'page-knows-the-api-only',
    comment: 'apps/page may import Preact only: all it knows of the ledger is what the API answers.',
    severity: 'error',
    from: { path: '^apps/page/', pathNot: SPEC },
    to: { pathNot: ['^apps/page/', packages('preact')] },
  },
  {
    name: 'simulator-has-its-own-truth',
    comment: 'apps/simulator may import platform only: what it says must not come from what is checked against it.',
    severity: 'error',
    from: { path: '^apps/simulator/', pathNot: SPEC },
    to: { path: '^libs/', pathNot: '^libs/platform/' },
  },
];

const entrances = [
  {
    name: 'library-entered-by-index',
    comment: 'A library is entered by its index.ts.',
    severity: 'error',
    from: { pathNot: '^libs/' },
    to: { path: '^libs/[^/]+/', pathNot: '^libs/[^/]+/index\\.ts$' },
  },
  {
    name: 'library-entered-by-index-from-libraries',
    comment: 'A library is entered by its index.ts, from other libraries too.',
    severity: 'error',
    from: { path: '^libs/([^/]+)/' },
    to: { path: '^libs/[^/]+/', pathNot: ['^libs/$1/', '^libs/[^/]+/index\\.ts$'] },
  },
];

const hygiene = [
  {
    name: 'no-cycles',
    comment: 'No cycles, type-only imports included.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-unresolved-imports',
    comment: 'Every import leads somewhere.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-undeclared-packages',
    comment: 'A package that is imported is declared in package.json.',
    severity: 'error',
    from: {},
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'no-development-packages-in-programs',
    comment: 'What is shipped runs after `npm ci --omit=dev`.',
    severity: 'error',
    // The page is bundled when it is built: nothing of its packages is there when it runs.
    from: {
      path: '^(apps|libs)/',
      pathNot: ['^libs/(testing|spec-kit)/', '^apps/[^/]+/testing/', '^apps/page/', SPEC],
    },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
];

module.exports = { apps, entrances, hygiene, packages, SPEC };
