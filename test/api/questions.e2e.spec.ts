import { execFile } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@mps-ledger/spec-kit';
import { makeFolder } from '../standalone/checkout';
import { CURL } from '../standalone/curl';
import { endAll, startStandalone } from '../standalone/process';

/*
 * The answers that docs/api.md shows are those of the running system: each command of its first part is sent, and what comes has the members
 * and types that are shown. UPDATE_DOCS=1 writes the answers into the page instead, to be formatted and read.
 */

jest.setTimeout(300_000);

const PAGE = 'docs/api.md';
const SIMULATED = '--tasks 60 --mode change'.split(' ');
/** A command, and the answer that is shown for it. */
const SHOWN = /```sh\n([^`]+)\n```\n\n```(json|http)\n([^`]*)```/g;

const run = promisify(execFile);
let folder: string;
const env: Record<string, string | undefined> = { PATH: process.env['PATH'], NODE: process.execPath, CURL };

beforeAll(async () => {
  folder = makeFolder();
  const { api, callbacks } = await startStandalone({ env: { DATA_DIR: join(folder, 'data') } }).greeting();
  const to = /http:\S+/.exec(callbacks)?.[0] ?? '';
  await run(process.execPath, ['dist/apps/simulator/main.js', ...SIMULATED, '--to', to, '--check', api]);
  Object.assign(env, { API: api }, await variables(api));
  // Search and raw bytes have a progress of their own.
  const lag = async () => (await fetch(`${api}/v1/tasks?q=abc`)).headers.get('ledger-search-lag-events');
  await eventually(async () => (await lag()) === '0');
  await eventually(async () => (await fetch(`${api}/v1/notifications/${env['RECEIPT'] ?? ''}/body`)).status === 200);
});

afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

interface Task {
  readonly task_id: string;
  readonly version: number;
  readonly session_id: string | null;
  readonly subtasks: readonly unknown[];
  readonly input: { readonly Type?: string; readonly FileInfoSet?: readonly { readonly InputInfo: UrlInput }[] } | null;
}
interface UrlInput {
  readonly UrlInputInfo?: { readonly Url: string };
}

/** What the commands ask about, of the tasks that there are. */
async function variables(api: string): Promise<Record<string, string>> {
  const get = async <Body>(path: string): Promise<Body> => (await (await fetch(api + path)).json()) as Body;
  const tasks = async (filter: string): Promise<readonly Task[]> => {
    const { items } = await get<{ items: readonly { task_id: string }[] }>(`/v1/tasks?limit=200&${filter}`);
    const all = await Promise.all(items.map(({ task_id }) => get<Task>(`/v1/tasks/${encodeURIComponent(task_id)}`)));
    return all.sort((one, other) => (one.task_id < other.task_id ? -1 : 1));
  };
  const isPlain = (text: string | null): boolean => text !== null && /^[\w.:/-]+$/.test(text);
  const failed = await tasks('outcome=failed');
  const task = failed.find(
    (one) => isPlain(one.session_id) && one.subtasks.length === 0 && one.version > 1 && one.input !== null,
  );
  const edited = await tasks('outcome=succeeded&kind=edit-media');
  const urlOf = (one: Task): string => one.input?.FileInfoSet?.[0]?.InputInfo.UrlInputInfo?.Url ?? '';
  const done = edited.find((one) => isPlain(urlOf(one)));
  if (task === undefined || done === undefined) throw new Error('the simulator made no such tasks');
  const first = await get<{ updated: string }>(`/v1/tasks/${task.task_id}?at_version=1`);
  const why = await get<{ items: readonly { set_by: { receipt: string } }[] }>(
    `/v1/tasks/${task.task_id}/why?value=error_code`,
  );
  return {
    ...{ TASK: task.task_id, SESSION: task.session_id ?? '', AT: first.updated },
    ...{ DONE: done.task_id, INPUT: urlOf(done), RECEIPT: why.items[0]?.set_by.receipt ?? '' },
  };
}

/** What a command prints, as a shell runs it; curl is node's. */
async function answerOf(command: string): Promise<string> {
  const script = `curl() { "$NODE" -e "$CURL" -- "$@"; }; ${command}`;
  return (await run('sh', ['-c', script], { env, maxBuffer: 16 * 1024 * 1024 })).stdout.trim();
}

/** Where an answer has other members, or values of other types, than the one that is shown; null is of any type. */
function differences(comes: unknown, shown: unknown, path = '$'): readonly string[] {
  if (comes === null || shown === null) return [];
  if (Array.isArray(comes) && Array.isArray(shown)) {
    if (comes.length === 0 && shown.length > 0) return [`${path} is empty`];
    const last = shown.length - 1;
    return last < 0 ? [] : comes.flatMap((one, at) => differences(one, shown[Math.min(at, last)], `${path}[${at}]`));
  }
  if (typeof comes !== 'object' || typeof shown !== 'object')
    return typeof comes === typeof shown ? [] : [`${path} is ${typeof comes}`];
  const names = new Set([...Object.keys(comes), ...Object.keys(shown)]);
  return [...names].flatMap((name) => {
    const [one, other] = [comes, shown].map((members) => (members as Readonly<Record<string, unknown>>)[name]);
    if (one === undefined || other === undefined) return [`${path}.${name} is only in one`];
    return differences(one, other, `${path}.${name}`);
  });
}

/** Of the partitions one is shown. */
const oneOfMany = (name: string, value: unknown): unknown =>
  name === 'partitions' ? (value as unknown[]).slice(0, 1) : value;

function shown(): readonly (readonly [command: string, language: string, answer: string])[] {
  const questions = /## Ten questions\n[^]*?(?=\n## )/.exec(readFileSync(PAGE, 'utf8'))?.[0] ?? '';
  return [...questions.matchAll(SHOWN)].map(([, command = '', language = '', answer = '']) => [
    ...([command, language, answer] as const),
  ]);
}

it('every answer that is shown is the answer that comes', async () => {
  const all = shown();
  expect(all.length).toBeGreaterThan(10);
  for (const [command, language, answer] of all) {
    const comes = await answerOf(command);
    if (process.env['UPDATE_DOCS'] === '1') {
      const before = `\`\`\`sh\n${command}\n\`\`\`\n\n\`\`\`${language}\n`;
      const text = language === 'json' ? JSON.stringify(JSON.parse(comes), oneOfMany, 2) : comes;
      writeFileSync(
        PAGE,
        readFileSync(PAGE, 'utf8').replace(before + answer, () => `${before}${text}\n`),
      );
    } else if (language === 'json') {
      expect([command, ...differences(JSON.parse(comes), JSON.parse(answer))]).toEqual([command]);
    } else {
      const names = (text: string): readonly string[] =>
        [...text.matchAll(/^([a-z-]+): ./gm)].map(([, name = '']) => name);
      expect([command, names(comes)]).toEqual([command, names(answer)]);
    }
  }
});
