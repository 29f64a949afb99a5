import { exampleMatches, type SettingDescription } from './describe-configuration';

/**
 * Compares an example environment file with the settings of all programs: finds missing settings, unknown names and wrong defaults.
 * A setting is written as `NAME=value`, or as `# NAME=value` if it is usually left unset. Empty if there is no difference. If
 * `settings` describes a name several times, the first description counts.
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
