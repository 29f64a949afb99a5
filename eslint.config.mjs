import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';
import house from './tools/lint/house-rules.cjs';
import purity from './tools/lint/purity.cjs';

const SPECS = ['**/*.spec.ts', '**/*.contract.ts'];
const inPureLibraries = (pattern) => purity.PURE_LIBRARIES.map((library) => `libs/${library}/${pattern}`);
const nodeGlobals = Object.fromEntries(
  ['__dirname', 'Buffer', 'console', 'module', 'performance', 'process', 'require', 'setTimeout', 'URL'].map((name) => [
    name,
    'readonly',
  ]),
);

/** Patterns are relative to the folder ESLint is started in, so that the specs can lint a tree of fixtures. */
export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      'dist/',
      '.cache/',
      'coverage/',
      '.mps-ledger/',
      '.tmp/',
      'apps/page/api/contract.d.ts',
      'test/architecture/fixtures/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: { ...house.ADJUSTED_RULES, ...house.HOUSE_RULES, ...house.HOUSE_RULES_BUT_SPECS },
  },
  {
    files: inPureLibraries('**/*.ts'),
    ignores: SPECS,
    rules: {
      'no-restricted-globals': ['error', ...purity.FORBIDDEN_GLOBALS],
      'no-restricted-syntax': ['error', ...house.FORBIDDEN_SYNTAX, ...purity.FORBIDDEN_SYNTAX],
    },
  },
  {
    files: ['libs/{mps,records}/**/*.ts'],
    ignores: SPECS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:crypto', 'crypto'].map((name) => ({
            name,
            allowImportNames: ['hash', 'timingSafeEqual'],
            message: 'Of node:crypto, only hash and timingSafeEqual are pure.',
          })),
        },
      ],
    },
  },
  { files: SPECS, rules: house.SPEC_RULES },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: { globals: nodeGlobals },
    rules: { ...house.HOUSE_RULES_BUT_SPECS, '@typescript-eslint/no-non-null-assertion': 'off', eqeqeq: 'error' },
  },
  prettier,
);
