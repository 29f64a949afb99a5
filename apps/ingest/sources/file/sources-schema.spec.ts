import { readFileSync, writeFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { SOURCES_SCHEMA } from './sources-schema';

const FILE = 'docs/sources.schema.json';
const asText = `${JSON.stringify(SOURCES_SCHEMA, null, 2)}\n`;

describe('the published schema of sources', () => {
  it('is that of the code: UPDATE_SCHEMA=1 writes it', () => {
    if (process.env['UPDATE_SCHEMA'] === '1') writeFileSync(FILE, asText);
    expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(JSON.parse(asText));
  });

  it('is a JSON Schema, and accepts the examples of the documentation', () => {
    const ajv = new Ajv();
    const validate = ajv.compile(JSON.parse(asText) as object);
    const examples = [...readFileSync('docs/sources.md', 'utf8').matchAll(/```yaml\n([^`]*sources:[^`]*)```/g)];
    expect(examples.length).toBeGreaterThan(0);
    for (const [, example = ''] of examples) expect([validate(parse(example)), validate.errors]).toEqual([true, null]);
    expect(validate({ sources: [{ id: 'a', kind: 'other' }] })).toBe(false);
  });
});
