'use strict';

/**
 * Who may import whom. Each rule is named in test/architecture/fixtures/boundaries, by a file that it must reject.
 * Paths are relative to the folder the program is started in.
 */

const SPEC = '\\.(spec|contract)\\.ts$';
/** npm packages, wherever they are installed. */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;

/** A library may import itself and what is listed here; its specs are free to import what they need for checking. */
const libraryMayImport = (library, { name, comment, to = [], node = false }) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^libs/${library}/`, pathNot: SPEC },
  to: { pathNot: [`^libs/${library}/`, ...to], couldNotResolve: false, ...(node && { dependencyTypesNot: ['core'] }) },
});

const libraries = [
  libraryMayImport('async', {
    name: 'async-imports-nothing',
    comment: 'libs/async imports node:* only.',
    node: true,
  }),
  libraryMayImport('api-keys', {
    name: 'api-keys-imports-database',
    comment: 'libs/api-keys may import database and pg; keys know no task.',
    to: ['^libs/database/', packages('pg', '@types/pg')],
    node: true,
  }),
  libraryMayImport('tasks', {
    name: 'tasks-imports-nothing',
    comment: 'The core imports itself only, not even node:*.',
  }),
  libraryMayImport('mps', {
    name: 'mps-imports-the-core',
    comment: 'libs/mps may import tasks, canonicalize and node:crypto (of which lint allows two functions).',
    to: ['^libs/tasks/', packages('canonicalize'), '^(node:)?crypto$'],
  }),
  libraryMayImport('records', {
    name: 'records-imports-the-core',
    comment:
      'libs/records may import tasks, mps, the schema library, node:crypto (of which lint allows what is pure) and types of event-log.',
    to: ['^libs/(tasks|mps|event-log)/', packages('ajv', 'ajv-formats', 'typebox'), '^(node:)?crypto$'],
  }),
  {
    name: 'records-takes-types-only-of-the-log',
    comment: 'libs/records knows what a record of the log looks like, and does nothing with the log.',
    severity: 'error',
    from: { path: '^libs/records/', pathNot: SPEC },
    to: { path: '^libs/event-log/', dependencyTypesNot: ['type-only'] },
  },
  libraryMayImport('cmq', {
    name: 'cmq-imports-node-only',
    comment: 'libs/cmq, the client of CMQ, imports node:* only; it knows no word of the domain.',
    node: true,
  }),
  libraryMayImport('database', {
    name: 'database-imports-pg',
    comment: 'libs/database may import pg only; it knows no word of the domain.',
    to: [packages('pg', '@types/pg')],
    node: true,
  }),
  libraryMayImport('event-log', {
    name: 'event-log-imports-its-clients',
    comment:
      'libs/event-log may import the clients of its drivers, what undoes their codecs, async, database and platform; it knows no word of the domain.',
    to: ['^libs/(async|database|platform)/', packages('pg', '@types/pg', 'kafkajs', 'fzstd', 'lz4js', 'snappyjs')],
    node: true,
  }),
  libraryMayImport('consuming', {
    name: 'consuming-imports-log-and-platform',
    comment:
      'libs/consuming may import event-log, platform, async, database, pg and the transport of Nest; it knows no word of the domain.',
    to: [
      '^libs/(event-log|platform|async|database)/',
      packages('pg', '@types/pg', '@nestjs/(common|microservices)', 'rxjs'),
    ],
    node: true,
  }),
  libraryMayImport('read-model', {
    name: 'read-model-imports-core-and-database',
    comment: 'libs/read-model may import tasks, records, database, typeorm and pg.',
    to: ['^libs/(tasks|records|database)/', packages('pg', '@types/pg', 'typeorm', 'reflect-metadata')],
    node: true,
  }),
  {
    name: 'read-model-is-passed-its-schema',
    comment: 'The name of its schema is for apps to pass in; libs/read-model reads no constant.',
    severity: 'error',
    from: { path: '^libs/read-model/', pathNot: ['^libs/read-model/index\\.ts$', '/testing/', SPEC] },
    to: { path: '^libs/read-model/default-schema\\.ts$' },
  },
  libraryMayImport('projections', {
    name: 'projections-imports-no-reading',
    comment:
      'libs/projections may import consuming, event-log, read-model, records, tasks, database, the schema library and pg; it reads no notification.',
    to: ['^libs/(consuming|event-log|read-model|records|tasks|database)/', packages('pg', '@types/pg', 'typebox')],
    node: true,
  }),
  libraryMayImport('platform', {
    name: 'platform-imports-no-domain',
    comment:
      'libs/platform may import async, Nest, the schema library, the parser of database URLs, logging and metrics; no other library.',
    to: [
      '^libs/async/',
      packages('@nestjs/[^/]+', 'fastify', '@fastify/[^/]+', 'rxjs', 'reflect-metadata', 'pino', 'prom-client'),
      packages('ajv', 'ajv-formats', 'typebox', 'fastest-levenshtein', 'pg-connection-string'),
    ],
    node: true,
  }),
  libraryMayImport('embedded-postgres', {
    name: 'embedded-postgres-imports-node-and-pg',
    comment: 'libs/embedded-postgres may import node:* and pg only.',
    to: [packages('pg', '@types/pg')],
    node: true,
  }),
  libraryMayImport('spec-kit', {
    name: 'spec-kit-imports-core-and-fast-check',
    comment:
      'libs/spec-kit may import tasks, node:* and fast-check: every core spec that uses it loads it anew. ' +
      'TypeScript is loaded by those that read types only.',
    to: ['^libs/tasks/', packages('fast-check', 'typescript')],
    node: true,
  }),
  {
    name: 'platform-in-the-settings-of-the-log-only',
    comment: 'Within libs/event-log, only what chooses and shows a log by settings knows the platform.',
    severity: 'error',
    from: { path: '^libs/event-log/', pathNot: ['^libs/event-log/settings/', SPEC] },
    to: { path: '^libs/platform/' },
  },
  {
    name: 'kafkajs-in-its-driver-only',
    comment: 'Nothing outside libs/event-log/kafka names kafkajs, but examples and bench, which do as others do.',
    severity: 'error',
    from: { pathNot: '^(libs/event-log/kafka|examples|bench)/' },
    to: { path: packages('kafkajs') },
  },
  {
    name: 'pg-in-its-driver-only',
    comment: 'Within libs/event-log, only the Postgres driver names pg.',
    severity: 'error',
    from: { path: '^libs/event-log/', pathNot: ['^libs/event-log/postgres/', SPEC] },
    to: { path: packages('pg', '@types/pg') },
  },
  {
    name: 'testing-in-specs-only',
    comment: 'libs/testing and libs/spec-kit are imported by specs, test/ and bench/ only.',
    severity: 'error',
    from: { pathNot: ['^(test|bench|libs/testing|libs/spec-kit)/', SPEC] },
    to: { path: '^libs/(testing|spec-kit)/' },
  },
  {
    name: 'spec-support-in-specs-only',
    comment: 'What the specs of a folder share is in its folder testing, which specs, test/ and bench/ import.',
    severity: 'error',
    from: { pathNot: ['^(test|bench)/', '^(apps|libs)/.+/testing/', SPEC] },
    to: { path: '^(apps|libs)/.+/testing/' },
  },
  {
    name: 'core-specs-need-nothing',
    comment: 'Core specs need no services and import none of what starts them; what they share is in libs/spec-kit.',
    severity: 'error',
    from: { path: '^(apps|libs|bench)/.*(?<!\\.(int|kafka))\\.spec\\.ts$', pathNot: '^libs/testing/' },
    to: { path: '^libs/testing/' },
  },
];

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

module.exports = {
  forbidden: [...libraries, ...apps, ...entrances, ...hygiene],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^test/architecture/fixtures/', '^(dist|\\.tmp|\\.cache)/'] },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
