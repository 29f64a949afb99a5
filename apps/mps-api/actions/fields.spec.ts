import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { ACTIONS, API_VERSION, CONTENT_PARAMETER } from './fields';

const SDK = dirname(require.resolve('tencentcloud-sdk-nodejs-mps/package.json'));
const MODELS = readFileSync(join(SDK, 'tencentcloud/services/mps/v20190612/mps_models.d.ts'), 'utf8');

/** The members of an interface that a type file exports. */
function membersOf(text: string, name: string): string[] {
  const { statements } = ts.createSourceFile('models.d.ts', text, ts.ScriptTarget.ESNext);
  const found = statements.filter(ts.isInterfaceDeclaration).find((one) => one.name.text === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found.members.map(({ name: member }) => (member !== undefined && ts.isIdentifier(member) ? member.text : '?'));
}

describe('the fields of an action', () => {
  it.each(ACTIONS)('are those of the vendor’s SDK: $name', ({ name, fields, sampleFields = [] }) => {
    expect([...fields, 'RequestId'].sort()).toEqual(membersOf(MODELS, `${name}Response`).sort());
    expect(sampleFields.filter((field) => !fields.includes(field))).toEqual([]);
  });

  it.each(ACTIONS)('are asked for with one parameter: $name', ({ name }) => {
    expect(membersOf(MODELS, `${name}Request`)).toEqual([CONTENT_PARAMETER]);
  });

  it('would be found to lack one that a newer SDK has', () => {
    const newer = MODELS.replace('export interface ParseNotificationResponse {', '$& NewTaskEvent?: NewTask;');
    expect(membersOf(newer, 'ParseNotificationResponse')).toContain('NewTaskEvent');
    expect(ACTIONS[0]?.fields).not.toContain('NewTaskEvent');
  });

  it('are of the API version that the SDK calls', () => {
    const client = readFileSync(join(SDK, 'tencentcloud/services/mps/v20190612/mps_client.js'), 'utf8');
    expect(client).toContain(`"${API_VERSION}"`);
  });
});
