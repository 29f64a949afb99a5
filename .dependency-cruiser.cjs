'use strict';

/**
 * Who may import whom. Each rule is named in test/architecture/fixtures/boundaries, by a file that it must reject.
 * Paths are relative to the folder the program is started in.
 */

const { apps, entrances, hygiene, packages, SPEC } = require('./tools/boundaries.cjs');

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
  libraryMayImport('catalogue', {
    name: 'catalogue-imports-database',
    comment: 'libs/catalogue may import tasks, records, database and pg; it knows builds, and no row of one.',
    to: ['^libs/(tasks|records|database)/', packages('pg', '@types/pg')],
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
  libraryMayImport('exports', {
    name: 'exports-imports-platform',
    comment: 'libs/exports may import platform, what draws progress, and types of event-log; it reads no record.',
    to: ['^libs/(event-log|platform)/', packages('cli-progress', '@types/cli-progress')],
    node: true,
  }),
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
  libraryMayImport('comparing', {
    name: 'comparing-imports-no-reading',
    comment:
      'libs/comparing may import event-log, read-model, records, tasks and types of pg; it reads no notification.',
    to: ['^libs/(event-log|read-model|records|tasks)/', packages('pg', '@types/pg')],
    node: true,
  }),
  libraryMayImport('projections', {
    name: 'projections-imports-no-reading',
    comment:
      'libs/projections may import consuming, event-log, read-model, records, tasks, database, the schema library and pg; it reads no notification.',
    to: ['^libs/(consuming|event-log|read-model|records|tasks|database)/', packages('pg', '@types/pg', 'typebox')],
    node: true,
  }),
  libraryMayImport('task-projection', {
    name: 'task-projection-imports-no-reading',
    comment:
      'libs/task-projection may import consuming, event-log, read-model, records, tasks and types of pg; it reads no notification.',
    to: ['^libs/(consuming|event-log|read-model|records|tasks)/', packages('pg', '@types/pg')],
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
