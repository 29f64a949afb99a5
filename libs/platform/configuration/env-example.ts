import { exampleMatches, type SettingDescription } from './describe-configuration';

/**
 * What is wrong with an example environment file: a setting that it does not have, a name that no program knows, a
 * default that differs. A setting stands in it as `NAME=value` or, where it is better left alone, `# NAME=value`. Empty
 * when all is well. `settings` are those of all programs; the first description of a name counts.
 */
export function envExampleProblems(text: string, settings: readonly SettingDescription[]): readonly string[] {
  const known = new Map([...settings].reverse().map((setting) => [setting.name, setting]));
  const shown = assignments(text);
  const missing = [...known.keys()].filter((name) => !shown.has(name)).map((name) => `${name} is missing from it`);
  const wrong = [...shown].flatMap(([name, value]) => {
    const setting = known.get(name);
    if (setting === undefined) return [`${name} is no known setting`];
    return exampleMatches(setting, value)
      ? []
      : [`${name} is ${JSON.stringify(value)} there, but its default is ${JSON.stringify(setting.default)}`];
  });
  return [...missing.sort(), ...wrong.sort()];
}

function assignments(text: string): ReadonlyMap<string, string> {
  const found = [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=(.*)$/gm)];
  return new Map(found.map(([, name = '', value = '']) => [name, value.trim()]));
}
