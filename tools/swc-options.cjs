'use strict';

/** How TypeScript becomes JavaScript, for the build and for specs alike. Nest needs the metadata of decorators. */
const SWC_OPTIONS = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  swcrc: false,
  configFile: false,
};

/** Where `@mps-ledger/<library>` leads, relative to the root. tsconfig.base.json says the same to the type checker. */
const libraryEntrance = (library) => `libs/${library}/index.ts`;

module.exports = { SWC_OPTIONS, libraryEntrance };
