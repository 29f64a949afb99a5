import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Type } from 'typebox';

import { ConfigurationError } from './configuration-error';
import type { Environment } from './given-values';
import { readConfiguration, type ReadConfigurationOptions } from './read-configuration';

const schema = Type.Object({
  PORT: Type.Integer({ minimum: 1, maximum: 65_535, default: 8080 }),
  MODE: Type.Enum(['fast', 'safe'] as const),
  STRICT: Type.Boolean({ default: false }),
  RATIO: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  HOSTS: Type.Optional(Type.Array(Type.String({ pattern: '^[^:]+:\\d+$', allowed: 'host:port' }), { minItems: 1 })),
  KEY: Type.Optional(Type.String({ minLength: 16, secret: true })),
  STORE_URL: Type.Optional(Type.String({ pattern: '^store://', example: 'store://host/name' })),
  TRUST_FILE: Type.Optional(Type.String({ file: true })),
});

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'settings-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const read = (env: Environment, options: Partial<ReadConfigurationOptions<typeof schema>> = {}) =>
  readConfiguration(schema, { MODE: 'safe', ...env }, { app: 'spec', ...options });

function mistakesOf(env: Environment, options?: Partial<ReadConfigurationOptions<typeof schema>>) {
  try {
    read(env, options);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return Object.fromEntries((error as ConfigurationError).mistakes.map(({ key, message }) => [key, message]));
  }
  throw new Error('nothing was found wrong');
}

describe('what is right', () => {
  test('values get their types, and defaults are filled in', () => {
    expect(read({ PORT: '99', STRICT: 'true', RATIO: '0.5', HOSTS: 'a:1, b:2,' })).toEqual({
      PORT: 99,
      MODE: 'safe',
      STRICT: true,
      RATIO: 0.5,
      HOSTS: ['a:1', 'b:2'],
    });
    expect(read({})).toEqual({ PORT: 8080, MODE: 'safe', STRICT: false });
  });

  test('an empty variable counts as unset', () => {
    expect(read({ PORT: '', KEY: '', HOSTS: '', KEY_FILE: '' })).toEqual({ PORT: 8080, MODE: 'safe', STRICT: false });
  });

  test('the configuration cannot be changed', () => {
    expect(() => Object.assign(read({}), { PORT: 1 })).toThrow(TypeError);
  });

  test('a value may come from a file, without its last line end', () => {
    expect(read({ KEY_FILE: file('key', '0123456789abcdef\r\n') }).KEY).toBe('0123456789abcdef');
    expect(read({ PORT_FILE: file('port', '81') }).PORT).toBe(81);
  });

  test('a setting that names a file is the path itself', () => {
    const path = file('trust', 'x');
    expect(read({ TRUST_FILE: path }).TRUST_FILE).toBe(path);
  });
});

describe('what is wrong', () => {
  test('is reported all at once, readably, with exit code 2', () => {
    try {
      read({ MODE: 'fsat', PORT: '0', STRICT: 'yes', HOSTS: 'a:1,b' });
      throw new Error('nothing was found wrong');
    } catch (error) {
      expect(error).toMatchObject({ exitCode: 2, code: 'configuration' });
      expect((error as Error).message).toBe(
        [
          'spec cannot start: 4 settings need a change.',
          '',
          '  PORT = "0" is not right; it must be a whole number from 1 to 65535, for example 8080.',
          '  MODE = "fsat" is not right; it must be one of fast, safe.',
          '  STRICT = "yes" is not right; it must be true or false, for example false.',
          '  HOSTS = "a:1,b" is not right; it must be a comma-separated list with at least 1, each host:port.',
        ].join('\n'),
      );
    }
  });

  test('a missing setting, with the name that was perhaps meant', () => {
    expect(() => readConfiguration(schema, { MODUS: 'fast' }, { app: 'spec' })).toThrow(
      /MODE is missing; it must be one of fast, safe\. \(MODUS is set: is that meant\?\)/,
    );
  });

  test.each(['1.5', '8080x', '99999', '-1', 'Infinity', '0x50', '8e3', ' '])('PORT=%j', (value) => {
    expect(mistakesOf({ PORT: value })).toEqual({ PORT: expect.stringContaining('a whole number from 1 to 65535') });
  });

  test('a list without items', () => {
    expect(mistakesOf({ HOSTS: ' , ' })).toHaveProperty('HOSTS');
  });

  test("a secret's value is never shown, from wherever it came", () => {
    const found = mistakesOf({ KEY: 'hunter2' }).KEY ?? '';
    expect(found).toBe('(its value is not shown) is not right; it must be text of at least 16 characters.');
    expect(mistakesOf({ KEY_FILE: file('short', 'hunter2') }).KEY).not.toContain('hunter2');
    expect(mistakesOf({ KEY: 'hunter2', KEY_FILE: '/x' }).KEY).not.toContain('hunter2');
    for (const secret of ['hunter2', '/hunter2', 'me/hunter2==', 'x'.repeat(5000)])
      expect(JSON.stringify(mistakesOf({ KEY_FILE: secret }))).not.toMatch(/hunter2|xxx/);
  });

  test('a password within a URL is not shown, and a long value is cut', () => {
    expect(mistakesOf({ STORE_URL: 'stor://me:hunter2@host/x' }).STORE_URL).toContain('"stor://***"');
    const long = `stor://me:${'hunter2'.repeat(30)}@host/x`;
    expect(mistakesOf({ STORE_URL: long }).STORE_URL).not.toContain('hunter2');
    expect(mistakesOf({ MODE: 'postgres://me:hunter2' }).MODE).not.toContain('hunter2');
    expect(mistakesOf({ MODE: undefined, MODE_FILE: 'postgres://me:hunter2@host/x' }).MODE_FILE).not.toContain(
      'hunter2',
    );
    expect(mistakesOf({ STORE_URL: 'x'.repeat(1000) }).STORE_URL!.length).toBeLessThan(200);
  });

  test('a variable and its file', () => {
    expect(mistakesOf({ PORT: '80', PORT_FILE: file('p', '80') })).toEqual({
      PORT: 'and PORT_FILE are both set; keep one of them.',
    });
  });

  test('files that cannot be read', () => {
    expect(mistakesOf({ KEY_FILE: join(folder, 'none') })).toEqual({
      KEY_FILE: `names ${JSON.stringify(join(folder, 'none'))}, which cannot be read: there is no such file.`,
    });
    expect(mistakesOf({ KEY_FILE: folder }).KEY_FILE).toContain('it is a folder');
    expect(mistakesOf({ KEY_FILE: file('empty', '\n') }).KEY_FILE).toContain('which is empty');
    expect(mistakesOf({ KEY_FILE: file('large', 'x'.repeat(1024 * 1024 + 1)) }).KEY_FILE).toContain('more than');
    expect(mistakesOf({ TRUST_FILE: join(folder, 'none') }).TRUST_FILE).toContain('there is no such file');
  });

  test('a required setting whose file cannot be read is one mistake, not two', () => {
    expect(mistakesOf({ MODE: undefined, MODE_FILE: '/none' })).toEqual({ MODE_FILE: expect.any(String) });
  });

  test('rules between settings see what is right, and add to the rest', () => {
    const check = jest.fn(() => [{ key: 'KEY', message: 'is needed here.' }]);
    expect(Object.keys(mistakesOf({ PORT: 'x', RATIO: '1' }, { check })).sort()).toEqual(['KEY', 'PORT']);
    expect(check).toHaveBeenCalledWith({ MODE: 'safe', STRICT: false, RATIO: 1 });
  });
});

describe('unknown names', () => {
  const prefixes = ['APP_', 'KAFKA_'];

  test('are mistakes when they begin with a prefix, with what was perhaps meant', () => {
    const options = { prefixes, alsoKnown: ['KAFKA_BROKERS', 'KAFKA_TLS'] };
    expect(
      mistakesOf({ KAFKA_BROKRES: 'x', KAFKA_TSL: 'x', KAFKA_EMPTY: '', APP_SOMETHING_ELSE: '1', OTHER: '1' }, options),
    ).toEqual({
      KAFKA_BROKRES: 'is no known setting. Did you mean KAFKA_BROKERS?',
      KAFKA_TSL: 'is no known setting. Did you mean KAFKA_TLS?',
      APP_SOMETHING_ELSE: 'is no known setting.',
    });
  });

  test("are left alone where other programs' settings are not known, unless they are near to one of its own", () => {
    const own = Type.Object({ KAFKA_BROKERS: Type.String() });
    const env = { KAFKA_BROKERS: 'a:1', KAFKA_RETENTION: '1', APP_NOTIFY_KEY: 'x' };
    expect(readConfiguration(own, env, { app: 'spec', prefixes })).toEqual({ KAFKA_BROKERS: 'a:1' });
    expect(() => readConfiguration(own, { ...env, KAFKA_BROKER: 'a:1' }, { app: 'spec', prefixes })).toThrow(
      'KAFKA_BROKER is no known setting. Did you mean KAFKA_BROKERS?',
    );
  });

  test('may be known to other programs, in both forms', () => {
    const env = { KAFKA_TLS: 'true', KAFKA_PASSWORD_FILE: '/none', KAFKA_CA_FILE: '/none' };
    expect(read(env, { prefixes, alsoKnown: ['KAFKA_TLS', 'KAFKA_PASSWORD', 'KAFKA_CA_FILE'] })).toMatchObject({
      MODE: 'safe',
    });
    expect(mistakesOf({ KAFKA_CA_FILE_FILE: 'x' }, { prefixes, alsoKnown: ['KAFKA_CA_FILE'] })).toHaveProperty(
      'KAFKA_CA_FILE_FILE',
    );
  });
});
