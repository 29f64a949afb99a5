/** One error in the settings of a program. */
export interface ConfigurationMistake {
  /** The variable's name. */
  readonly key: string;
  /** What is wrong and what is allowed, as a sentence without the key. It never contains the value of a secret. */
  readonly message: string;
}

/** The settings are invalid. The message is complete and meant for people: print it without a stack, and exit with `exitCode`. */
export class ConfigurationError extends Error {
  readonly code = 'configuration';
  readonly exitCode = 2;
  readonly mistakes: readonly ConfigurationMistake[];

  constructor(app: string, mistakes: readonly ConfigurationMistake[]) {
    super(explain(app, mistakes));
    this.name = 'ConfigurationError';
    this.mistakes = mistakes;
  }
}

function explain(app: string, mistakes: readonly ConfigurationMistake[]): string {
  const count = mistakes.length === 1 ? '1 setting needs a change' : `${mistakes.length} settings need a change`;
  const lines = mistakes.map(({ key, message }) => `  ${key} ${message.replaceAll('\n', '\n    ')}`);
  return [`${app} cannot start: ${count}.`, '', ...lines].join('\n');
}
