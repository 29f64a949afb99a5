import { contentOf, filledIn, requestBytes, textOf, type Setting } from './bytes';
import { askApi } from './ask-api';
import type { Case, ExpectedAnswer, Sending, Step } from './case';
import { converse, type Conversed, type Deed } from './conversation';
import { differences } from './differences';
import { bodyOf, findAgain } from './find-again';
import type { HttpAnswer } from './http-answers';

/** Generous: the machine may be busy with other things. */
const ORDINARY_WITHIN_MS = 10_000;

export interface Replayed {
  readonly name: string;
  /** In words, as a person would say it. */
  readonly expected: string;
  readonly got: string;
  /** Empty where all is as it must be. */
  readonly differences: readonly string[];
}

/** Signatures are what is checked last, so that with keys whatever was taken is asked for one, and the rest is as before. */
export function answersWithKeys(one: Case): readonly ExpectedAnswer[] {
  const unsigned: ExpectedAnswer = { status: 401, code: 'signature-missing' };
  return (
    one.expectWithKeys ?? one.expect.map((answer) => (answer.status === 200 && isOfCallbacks(one) ? unsigned : answer))
  );
}

function isOfCallbacks({ send }: Case): boolean {
  return send?.at !== 'api';
}

/** Plays one case against a running system, and looks for what became of it. Rejects where there is no system. */
export async function replayCase(one: Case, setting: Setting): Promise<Replayed> {
  const withKeys = setting.key !== null;
  const expected = filledIn(withKeys ? answersWithKeys(one) : one.expect, one.texts);
  const { conversations, meanwhile } = await converseAll(one, setting);
  const content = one.send === undefined ? null : contentOf(one.send, one.texts, setting);
  const found: string[] = [];
  for (const { answers, rest, closedAfterMs } of conversations) {
    found.push(...differences(expected.map(statusOnly), answers.map(statusOnly), 'answers'));
    if (found.length > 0) break;
    if (rest > 0) found.push(`${rest} bytes of an answer that has no end`);
    for (const [index, answer] of answers.entries()) {
      const must = expected[index];
      if (must === undefined) continue;
      found.push(...answerDifferences(must, answer));
      if (found.length === 0) found.push(...(await findAgain({ api: setting.api, content, withKeys }, answer, must)));
    }
    found.push(...closingDifferences(one, closedAfterMs));
  }
  found.push(...meanwhile, ...(await lifeDifferences(setting)));
  const [first] = conversations;
  return {
    name: one.name,
    expected: inWords(
      expected.map(({ status, code }) => ({ status, code })),
      one.connections,
    ),
    got: `${inWords((first?.answers ?? []).map(coded), conversations.length)}${closedInWords(first)}`,
    differences: found,
  };
}

interface Conversations {
  readonly conversations: readonly Conversed[];
  /** What was wrong with an ordinary request while many connections were open. */
  readonly meanwhile: readonly string[];
}

async function converseAll(one: Case, setting: Setting): Promise<Conversations> {
  const { connections = 1 } = one;
  const steps: readonly Step[] = one.talk ?? (one.send === undefined ? [] : [{ request: one.send }]);
  const url = firstAt(steps) === 'api' ? setting.api.url : setting.to;
  const deeds = steps.map((step) => deedOf(step, one, setting));
  let saying = connections;
  let allSaid = (): void => undefined;
  const said = new Promise<void>((resolve) => (allSaid = resolve));
  const onSaid = (): void => {
    saying -= 1;
    if (saying === 0) allSaid();
  };
  const lines = Promise.all(Array.from({ length: connections }, () => converse(url, deeds, onSaid)));
  if (connections === 1) return { conversations: await lines, meanwhile: [] };
  await Promise.race([said, lines]);
  const meanwhile = await ordinaryDifferences(setting);
  return { conversations: await lines, meanwhile };
}

const ORDINARY: Sending = { body: { json: { TaskId: 'bad-corpus-ordinary' } } };

/** An ordinary notification must be answered at once. */
async function ordinaryDifferences(setting: Setting): Promise<readonly string[]> {
  const began = performance.now();
  const bytes = requestBytes(ORDINARY, {}, setting);
  const { answers } = await converse(setting.to, [{ kind: 'say', bytes }]);
  const took = performance.now() - began;
  const status = setting.key === null ? 200 : 401;
  const late = took > ORDINARY_WITHIN_MS ? [`an ordinary notification took ${Math.round(took)} ms meanwhile`] : [];
  return [...differences([status], answers.map(statusOnly), 'an ordinary notification meanwhile'), ...late];
}

function firstAt(steps: readonly Step[]): Sending['at'] {
  const [first] = steps;
  return first !== undefined && 'request' in first ? first.request.at : undefined;
}

function deedOf(step: Step, { texts }: Case, setting: Setting): Deed {
  const bytes = (text: string): Buffer =>
    Buffer.from(text.replaceAll('{path}', setting.to.pathname).replaceAll('{host}', setting.to.host), 'latin1');
  if ('request' in step) return { kind: 'say', bytes: requestBytes(step.request, texts, setting) };
  if ('say' in step) return { kind: 'say', bytes: bytes(textOf(step.say)) };
  if ('drip' in step) return { kind: 'drip', bytes: bytes(textOf(step.drip)), everyMs: step.everyMs };
  if ('hear' in step) return { kind: 'hear', text: step.hear };
  return 'end' in step ? { kind: 'end' } : { kind: 'reset' };
}

function statusOnly({ status }: { readonly status: number }): number {
  return status;
}

function coded(answer: HttpAnswer): { status: number; code: string | undefined } {
  const { code } = bodyOf(answer);
  return { status: answer.status, code: typeof code === 'string' ? code : undefined };
}

/** A refusal must say what is wrong, in the form of RFC 9457, under the id that its header names. */
function answerDifferences(must: ExpectedAnswer, answer: HttpAnswer): readonly string[] {
  const body = bodyOf(answer);
  const { status, code } = must;
  const problem = {
    headers: { 'content-type': 'application/problem+json' },
    body: { type: `urn:mps-ledger:problem:${code ?? ''}`, status, code, request_id: answer.headers['x-request-id'] },
  };
  return [
    ...(code === undefined ? [] : differences(problem, { headers: answer.headers, body }, 'answer')),
    ...(code !== undefined && typeof body['title'] !== 'string' ? ['answer.body.title is missing'] : []),
    ...(code !== undefined && typeof body['detail'] !== 'string' ? ['answer.body.detail is missing'] : []),
    ...differences(must.headers ?? {}, answer.headers, 'answer.headers'),
    ...differences(must.body ?? {}, body, 'answer.body'),
  ];
}

function closingDifferences({ closes }: Case, closedAfterMs: number | null): readonly string[] {
  if (closes === undefined || closedAfterMs === null)
    return closes === undefined ? [] : ['the connection was not ended'];
  const { afterMs, withinMs } = closes;
  if (closedAfterMs >= afterMs && closedAfterMs <= withinMs) return [];
  return [`the connection was ended after ${Math.round(closedAfterMs)} ms, not between ${afterMs} and ${withinMs}`];
}

async function lifeDifferences({ api }: Setting): Promise<readonly string[]> {
  const { status } = await askApi(api, '/livez');
  return status === 200 ? [] : [`/livez answered ${status}`];
}

function inWords(answers: readonly { status: number; code?: string | undefined }[], connections = 1): string {
  const words = answers.map(({ status, code }) => (code === undefined ? `${status}` : `${status} ${code}`));
  const times = connections > 1 ? `${connections} times ` : '';
  return times + (words.length === 0 ? 'no answer' : words.join(', '));
}

function closedInWords(conversed: Conversed | undefined): string {
  const after = conversed?.closedAfterMs ?? 0;
  return after > 1000 ? `, ended after ${(after / 1000).toFixed(1)} s` : '';
}
