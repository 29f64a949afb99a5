import openapiTS, { astToString } from 'openapi-typescript';
import { ProbesController } from '@mps-ledger/platform';
import { makeContract } from '../../apps/query/contract/openapi';
import { CONTROLLERS } from '../../apps/query/query.module';

/** The operations that the page uses. */
const USED: ReadonlySet<string> = new Set([
  'listTasks',
  'countTasks',
  'getTask',
  'getTaskHistory',
  'getTaskDiff',
  'getTaskWhy',
  'getPipeline',
  'listErrors',
  'listUsage',
]);

interface PathItem {
  readonly get: {
    readonly operationId: string;
    readonly responses: Readonly<Record<string, { readonly content?: object }>>;
  };
}

interface Contract {
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

const HEADER = `/* Made of the contract of apps/query by \`npm run page:types\`: the operations that the page uses, and what they answer. */\n\n`;

/** The types of the operations that the page uses, as TypeScript: their parameters, and what they answer with 200. */
export async function contractTypes(): Promise<string> {
  const whole = makeContract([...CONTROLLERS, ProbesController], { isKeyRequired: false }) as Contract;
  const used = Object.entries(whole.paths).filter(([, { get }]) => USED.has(get.operationId));
  const paths = Object.fromEntries(used.map(([path, { get }]) => [path, { get: inBrief(get) }]));
  const components = { schemas: reachable(paths, whole.components.schemas) };
  const document = JSON.stringify({ ...whole, paths, components }, withoutTexts);
  return HEADER + astToString(await openapiTS(document));
}

function inBrief({ responses, ...operation }: PathItem['get']): object {
  return { ...operation, responses: { 200: { description: '', content: responses['200']?.content } } };
}

/** What people read is left out, so that the types change with the contract's types only. */
const TEXTS: ReadonlySet<string> = new Set(['description', 'summary', 'title', 'pattern']);

function withoutTexts(name: string, value: unknown): unknown {
  return TEXTS.has(name) && typeof value === 'string' ? undefined : value;
}

/** The schemas that a part of the contract refers to, directly or by others. */
function reachable(part: object, all: Readonly<Record<string, object>>): Record<string, object> {
  const found = new Map<string, object>();
  const follow = (json: string): void => {
    for (const [, name = ''] of json.matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      const schema = all[name];
      if (schema === undefined || found.has(name)) continue;
      found.set(name, schema);
      follow(JSON.stringify(schema));
    }
  };
  follow(JSON.stringify(part));
  return Object.fromEntries([...found].sort(([one], [other]) => one.localeCompare(other)));
}
