'use strict';

/**
 * The house's own lint rules, beside typescript-eslint's strict type-checked set. Each has a fixture in
 * test/architecture/fixtures/lint that it must reject.
 */

/** Refused in every TypeScript file. Later lists of the same rule replace earlier ones, so this one is passed on. */
const FORBIDDEN_SYNTAX = [
  { selector: 'ExportAllDeclaration', message: 'Name what you export.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  {
    selector:
      // Its last part names types: one that ends in `.params` is asked of every node, for a second in all.
      "ClassDeclaration:has(> Decorator[expression.callee.name=/^(Controller|Injectable|WebSocketGateway)$/]) > ClassBody > MethodDefinition[kind='constructor'] > FunctionExpression > :matches(TSParameterProperty, Identifier, AssignmentPattern, ObjectPattern)[decorators.length=0]",
    message: 'Inject by an explicit token: what is inferred from a type fails on the first request.',
  },
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals, or a const list of them.' },
];

/** Everywhere. */
const HOUSE_RULES = {
  '@typescript-eslint/consistent-type-imports': 'error',
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-misused-promises': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
  eqeqeq: 'error',
  'no-restricted-syntax': ['error', ...FORBIDDEN_SYNTAX],
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
};

/** Everywhere but in specs and contract suites. */
const HOUSE_RULES_BUT_SPECS = {
  '@typescript-eslint/no-non-null-assertion': 'error',
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 40 }],
};

/** Where the strict set is milder or sterner than the house. */
const ADJUSTED_RULES = {
  // A module of Nest is an empty class with a decorator.
  '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'only-allowed-literals' }],
  // The compiler finds them (noUnusedLocals, noUnusedParameters).
  '@typescript-eslint/no-unused-vars': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  // An async function without await turns what it throws into a rejection, which is what its interface promises.
  '@typescript-eslint/require-await': 'off',
  // A quarter of the whole lint's time between them, for what this code has none of: enums, classes as plain options.
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  '@typescript-eslint/no-meaningless-void-operator': 'off',
};

/** Specs read answers of any shape and hand functions about; two rules take a sixth of the whole lint's time over them. */
const SPEC_RULES = {
  '@typescript-eslint/no-deprecated': 'off',
  '@typescript-eslint/no-misused-promises': 'off',
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/unbound-method': 'off',
  'max-lines': 'off',
  'max-lines-per-function': 'off',
};

module.exports = { FORBIDDEN_SYNTAX, HOUSE_RULES, HOUSE_RULES_BUT_SPECS, ADJUSTED_RULES, SPEC_RULES };
