'use strict';

/** Every library is entered by its index; the same table stands in tsconfig.base.json. */
const libraries = { '^@mps-ledger/(.*)$': '<rootDir>/libs/$1/index.ts' };

const shared = {
  rootDir: __dirname,
  testEnvironment: 'node',
  moduleNameMapper: libraries,
  transform: {
    '^.+\\.[cm]?[tj]s$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // ESM-only packages: jest's own module loader cannot require them as Node can.
  transformIgnorePatterns: ['/node_modules/(?!(@nestjs|cookie|uuid|typebox|file-type)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.mps-ledger'],
};

module.exports = {
  projects: [
    { ...shared, displayName: 'core', testMatch: ['<rootDir>/{libs,apps}/**/!(*.int).spec.ts'] },
    { ...shared, displayName: 'int', testMatch: ['<rootDir>/{libs,apps}/**/*.int.spec.ts'] },
    {
      ...shared,
      displayName: 'system',
      testMatch: ['<rootDir>/test/!(architecture)/**/*.spec.ts', '<rootDir>/test/*.spec.ts'],
    },
    { ...shared, displayName: 'guards', testMatch: ['<rootDir>/test/architecture/*.spec.ts'] },
  ],
};
