/** One thing that is wrong with the settings a program was given. */
export interface ConfigurationMistake {
  /** The variable's name. */
  readonly key: string;
  /** What is wrong and what would be right, as a sentence without the key. Never a secret's value. */
  readonly message: string;
}

/** The settings cannot be used. Its text is for people and complete: print it without a stack, and exit with `exitCode`. */
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
