import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';

import {
  ConfigurationError,
  describeConfiguration,
  envExampleProblems,
  ledgerToolSettings,
  readConfiguration,
  type SettingsSchema,
} from '@mps-ledger/platform';
import { filesBelow } from './files';
import { ROOT } from './rejections';

const isSchema = (value: unknown): value is SettingsSchema =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'object' && 'properties' in value;

/** Apps that are tools: they have the settings that all tools share. */
const TOOLS: ReadonlySet<string> = new Set(['keys', 'verifier']);

/** The schemas of settings that an app's configuration files export, or that it shares with other tools. */
function schemasOf(app: string): SettingsSchema[] {
  const files = filesBelow(join(ROOT, 'apps', app), /\.config\.ts$/);
  return files
    .flatMap((file) => {
      const exported = jest.requireActual<Record<string, unknown>>(join(ROOT, 'apps', app, file));
      return Object.values(exported).filter(isSchema);
    })
    .concat(TOOLS.has(app) ? ledgerToolSettings : []);
}

const apps = readdirSync(join(ROOT, 'apps')).filter((app) => existsSync(join(ROOT, 'apps', app, 'main.ts')));
const settings = apps.flatMap(schemasOf).flatMap(describeConfiguration);
const example = readFileSync(join(ROOT, '.env.example'), 'utf8');

describe('.env.example', () => {
  it.each(apps)('knows where the settings of an app are: %s', (app) => {
    expect(schemasOf(app).length).toBeGreaterThan(0);
  });

  it.each(apps)('is of settings whose schemas are JSON Schemas: %s', (app) => {
    for (const schema of schemasOf(app)) {
      const ajv = new Ajv();
      expect([ajv.validateSchema(schema), ajv.errors]).toEqual([true, null]);
    }
  });

  it.each(apps)('has no setting that is taken for a misspelt one of this app: %s', (app) => {
    const all = Object.fromEntries(settings.map(({ name }) => [name, 'x']));
    const unknown = schemasOf(app).flatMap((schema) => {
      try {
        readConfiguration(schema, all, { app });
      } catch (error) {
        if (error instanceof ConfigurationError) return error.mistakes;
        throw error;
      }
      return [];
    });
    expect(unknown.filter(({ message }) => message.includes('no known setting'))).toEqual([]);
  });

  it('shows every setting of the apps, with its default, and nothing else', () => {
    expect(envExampleProblems(example, settings)).toEqual([]);
  });

  it('would be refused without one of them, with another default, or with one too many', () => {
    for (const name of new Set(settings.map((setting) => setting.name))) {
      const without = example.replace(new RegExp(`^#? ?${name}=.*$`, 'm'), '');
      expect(envExampleProblems(without, settings)).toEqual([`${name} is missing from it`]);
    }
    expect(envExampleProblems(example.replace('API_PORT=8080', 'API_PORT=80'), settings)).toHaveLength(1);
    expect(envExampleProblems(`${example}\nNO_SUCH_SETTING=1\n`, settings)).toHaveLength(1);
  });
});
