import type { QueueFault } from '../queue-faults';
import { numbered, type CmqRequestParameters, type Refused } from './cmq-request';
import type { LongPolls } from './long-polls';
import type { CmqQueueState, CmqStoredMessage } from './queue-state';

/** A queue with the polls that wait for it. */
export interface DoubleQueue {
  readonly state: CmqQueueState;
  readonly polls: LongPolls;
}

export interface ActionContext {
  readonly queue: DoubleQueue;
  readonly parameters: CmqRequestParameters;
  readonly fault: QueueFault | null;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
}

/** The members of an answer; texts are latin1. `code` 0 is added where there is none. */
export type DoubleAnswer = Readonly<Record<string, unknown>>;
type Action = (context: ActionContext) => DoubleAnswer | Promise<DoubleAnswer>;

const MAX_BATCH = 16;
const MAX_WAIT_SECONDS = 30;

const badParameter = (name: string): Refused => ({ code: 4000, message: `(10010)parameter ${name} is not right` });
const NO_QUEUE: Refused = { code: 4440, message: '(10100)queue does not exist' };
const NO_MESSAGE: Refused = { code: 7000, message: '(10200)no message' };
const BAD_HANDLE: Refused = { code: 4430, message: '(10260)receipt handle is invalid or expired' };

/** The data plane's actions. */
export const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['SendMessage', (context) => sendAll(context, [context.parameters.get('msgBody') ?? ''])],
  ['BatchSendMessage', (context) => sendAll(context, numbered(context.parameters, 'msgBody'))],
  ['ReceiveMessage', async (context) => one(await receive(context, 1))],
  ['BatchReceiveMessage', (context) => receive(context, wholeNumber(context.parameters, 'numOfMsg', 1, MAX_BATCH))],
  [
    'DeleteMessage',
    ({ queue, parameters }) => (queue.state.delete(parameters.get('receiptHandle') ?? '') ? {} : { ...BAD_HANDLE }),
  ],
  ['BatchDeleteMessage', batchDelete],
  ['GetQueueAttributes', attributes],
]);

export { NO_QUEUE };

function wholeNumber(parameters: CmqRequestParameters, name: string, from: number, to: number): number | null {
  const text = parameters.get(name) ?? '';
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  return number >= from && number <= to ? number : null;
}

function sendAll({ queue, parameters }: ActionContext, bodies: readonly string[] | null): DoubleAnswer {
  if (bodies === null || bodies.length === 0 || bodies.length > MAX_BATCH || bodies.includes(''))
    return { ...badParameter('msgBody') };
  const { maxMessageBytes } = queue.state.settings;
  if (bodies.reduce((sum, body) => sum + body.length, 0) > maxMessageBytes)
    return bodies.length === 1
      ? { code: 4400, message: '(10420)message is too large' }
      : { code: 4470, message: '(10420)messages are too large together' };
  const sent = bodies.map((body) => queue.state.send(body));
  if (sent.includes('heap-full')) return { code: 4410, message: '(10430)the queue is full' };
  queue.polls.wake();
  const msgList = sent.filter((result) => typeof result === 'object');
  return parameters.get('Action') === 'SendMessage' ? { ...msgList[0] } : { msgList };
}

async function receive({ queue, parameters, signal }: ActionContext, most: number | null): Promise<DoubleAnswer> {
  const waits = parameters.has('pollingWaitSeconds')
    ? wholeNumber(parameters, 'pollingWaitSeconds', 0, MAX_WAIT_SECONDS)
    : queue.state.settings.pollingWaitSeconds;
  if (most === null) return { ...badParameter('numOfMsg') };
  if (waits === null) return { ...badParameter('pollingWaitSeconds') };
  const messages = await queue.polls.wait(most, waits * 1000, signal);
  if (messages === null) return { ...NO_QUEUE };
  queue.state.countPoll();
  return messages.length === 0 ? { ...NO_MESSAGE } : { msgInfoList: messages.map(described) };
}

function one(answer: DoubleAnswer): DoubleAnswer {
  const [message] = (answer['msgInfoList'] ?? []) as readonly DoubleAnswer[];
  return message ?? answer;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);

function described(message: CmqStoredMessage): DoubleAnswer {
  return {
    msgBody: message.body,
    msgId: message.msgId,
    receiptHandle: message.handle,
    enqueueTime: seconds(message.sentAt),
    nextVisibleTime: seconds(message.visibleAt),
    firstDequeueTime: seconds(message.firstDequeuedAt),
    dequeueCount: message.dequeueCount,
  };
}

function batchDelete({ queue, parameters, fault }: ActionContext): DoubleAnswer {
  const handles = numbered(parameters, 'receiptHandle');
  if (handles === null || handles.length === 0 || handles.length > MAX_BATCH)
    return { ...badParameter('receiptHandle') };
  const kept = fault?.kind === 'partial-delete' ? fault.failing : 0;
  const errorList = handles.flatMap((receiptHandle, at) => {
    if (at < kept) return [{ code: 6000, message: '(10040)internal error', receiptHandle }];
    return queue.state.delete(receiptHandle) ? [] : [{ ...BAD_HANDLE, receiptHandle }];
  });
  if (errorList.length === 0) return {};
  if (errorList.length < handles.length) return { code: 6010, message: '(10130)some were not deleted', errorList };
  return { code: 6020, message: '(10130)none was deleted', errorList };
}

/** All members that Java's client reads: it fails where one is missing. */
function attributes({ queue, nowMs }: ActionContext): DoubleAnswer {
  const { settings, createdAt } = queue.state;
  const { visible, invisible } = queue.state.stats();
  return {
    queueName: settings.name,
    maxMsgHeapNum: 100_000_000,
    pollingWaitSeconds: settings.pollingWaitSeconds,
    visibilityTimeout: settings.visibilityTimeoutSeconds,
    maxMsgSize: settings.maxMessageBytes,
    msgRetentionSeconds: settings.maxUnackedSeconds ?? settings.retentionSeconds,
    rewindSeconds: 0,
    createTime: seconds(createdAt),
    lastModifyTime: seconds(createdAt),
    activeMsgNum: visible,
    inactiveMsgNum: invisible,
    delayMsgNum: 0,
    rewindMsgNum: 0,
    rewindmsgNum: 0,
    minMsgTime: seconds(queue.state.oldest() ?? nowMs()),
    trace: false,
  };
}
