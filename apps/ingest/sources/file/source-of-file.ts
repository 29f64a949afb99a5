import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readEndpoint } from '@mps-ledger/cmq';
import { DEFAULT_ACCOUNT } from '@mps-ledger/records';
import type {
  CallbackSource,
  CmqQueueSource,
  CmqTopicSource,
  ConfiguredSource,
  SqsSource,
} from '../notification-sources';
import { readForwardTo, type CallbackListener } from './forward-to';
import { isNetwork } from './networks';
import type { SourceOfFile } from './sources-schema';

/** A shorter path could be guessed. */
export const GUESSABLE_PATH = 16;

/** What reading a source of a file takes. */
export interface SourceReading {
  /** Files of secrets are relative to it. */
  readonly folder: string;
  /** Other machines reach the callback listener. */
  readonly isOpen: boolean;
  /** Where forwarding would lead back to this ledger. */
  readonly listener?: CallbackListener | undefined;
  /** Notes a mistake of a member. */
  readonly mistake: (name: string, message: string) => void;
}

type Of<Kind extends SourceOfFile['kind']> = Extract<SourceOfFile, { kind: Kind }>;

/** The source that is meant; null where there are mistakes, and for kinds that nobody runs. */
export function sourceOf(given: SourceOfFile, reading: SourceReading): ConfiguredSource | null {
  if (given.kind === 'file') return null;
  const forwardTo = forwardToOf(given, reading);
  const source = receivedOf(given, reading);
  if (source === null || forwardTo === null) return null;
  return forwardTo === undefined ? source : { ...source, forwardTo };
}

function receivedOf(given: Exclude<SourceOfFile, Of<'file'>>, reading: SourceReading): ConfiguredSource | null {
  switch (given.kind) {
    case 'callback':
      return callbackOf(given, reading);
    case 'cmq-topic':
      return topicOf(given, reading);
    case 'cmq-queue':
      return queueOf(given, reading);
    case 'sqs':
      return sqsOf(given, reading);
  }
}

const NOT_SIGNED = { keys: [], expired: 'accept' } as const;

function callbackOf(given: Of<'callback'>, reading: SourceReading): CallbackSource | null {
  const path = pathOf(given, reading);
  const networks = networksOf(given, reading);
  const keys = given.keys_file === undefined ? '' : secretIn(given.keys_file, 'keys_file', reading);
  if (path === null || keys === null) return null;
  const listed = keys
    .split(/[\r\n,]+/)
    .map((key) => key.trim())
    .filter((key) => key !== '');
  if (given.keys_file !== undefined && listed.length === 0) {
    reading.mistake('keys_file', 'names a file without a key, so that signatures would not be checked');
    return null;
  }
  return { ...common(given, 'callback'), path, networks, expired: given.expired ?? 'accept', keys: listed };
}

function topicOf(given: Of<'cmq-topic'>, reading: SourceReading): CmqTopicSource | null {
  const path = pathOf(given, reading);
  const networks = networksOf(given, reading);
  return path === null ? null : { ...common(given, 'cmq-topic'), ...NOT_SIGNED, path, networks };
}

function queueOf(given: Of<'cmq-queue'>, reading: SourceReading): CmqQueueSource | null {
  const endpoint = readEndpoint(given.endpoint);
  if ('problem' in endpoint) reading.mistake('endpoint', endpoint.problem);
  const secretId = either(given.secret_id, given.secret_id_file, 'secret_id', reading);
  const secretKey = secretIn(given.secret_key_file, 'secret_key_file', reading);
  if ('problem' in endpoint || secretId === null || secretKey === null) return null;
  const { queue, max_unacked_seconds: maxUnackedSeconds } = given;
  return {
    ...common(given, 'cmq-queue'),
    ...NOT_SIGNED,
    ...{ endpoint, queue, secretId, secretKey },
    ...(maxUnackedSeconds !== undefined && { maxUnackedSeconds }),
  };
}

function sqsOf(given: Of<'sqs'>, { mistake }: SourceReading): SqsSource | null {
  const { queue_url: queueUrl, region } = given;
  if (!URL.canParse(queueUrl)) {
    mistake('queue_url', 'is no URL');
    return null;
  }
  return { ...common(given, 'sqs'), ...NOT_SIGNED, queueUrl, ...(region !== undefined && { region }) };
}

function common<Transport extends string>({ id, account = DEFAULT_ACCOUNT }: SourceOfFile, transport: Transport) {
  return { id, account, transport };
}

/** Undefined where nothing is forwarded, null where there is a mistake. */
function forwardToOf(
  { forward_to: given, forward_to_file: file }: Exclude<SourceOfFile, Of<'file'>>,
  reading: SourceReading,
): string | undefined | null {
  if (given === undefined && file === undefined) return undefined;
  const text = either(given, file, 'forward_to', reading);
  const read = text === null ? null : readForwardTo(text, reading.listener);
  if (read === null || 'url' in read) return read?.url ?? null;
  reading.mistake(given === undefined ? 'forward_to_file' : 'forward_to', read.problem);
  return null;
}

function pathOf(given: Of<'callback'> | Of<'cmq-topic'>, reading: SourceReading): string | null {
  const path = either(given.path, given.path_file, 'path', reading);
  if (path === null) return null;
  const wrong = !/^[A-Za-z0-9._~-]{1,128}$/.test(path)
    ? 'must have 1 to 128 of A-Z a-z 0-9 . _ ~ -'
    : reading.isOpen && path.length < GUESSABLE_PATH
      ? `could be guessed, and CALLBACK_HOST lets other machines in; it must have at least ${GUESSABLE_PATH} characters`
      : null;
  if (wrong === null) return path;
  reading.mistake(given.path === undefined ? 'path_file' : 'path', wrong);
  return null;
}

function networksOf({ networks = [] }: Of<'callback'> | Of<'cmq-topic'>, reading: SourceReading): readonly string[] {
  for (const network of networks)
    if (!isNetwork(network))
      reading.mistake(
        'networks',
        `has ${JSON.stringify(network.slice(0, 64))}, which is no address and no network like 10.0.0.0/8`,
      );
  return networks;
}

/** A value that is given itself or in a file. */
function either(
  value: string | undefined,
  file: string | undefined,
  name: string,
  reading: SourceReading,
): string | null {
  if (value !== undefined && file === undefined) return value;
  if (value === undefined && file !== undefined) return secretIn(file, `${name}_file`, reading);
  reading.mistake(
    name,
    value === undefined ? `is missing, and so is ${name}_file` : `and ${name}_file are both given; keep one`,
  );
  return null;
}

const MAX_SECRET_BYTES = 64 * 1024;

function secretIn(file: string, name: string, { folder, mistake }: SourceReading): string | null {
  const path = resolve(folder, file);
  try {
    const text = statSync(path).size > MAX_SECRET_BYTES ? '' : readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
    if (text !== '') return text;
    mistake(name, `names a file that is empty, or has more than ${MAX_SECRET_BYTES} bytes`);
  } catch (error) {
    // The name itself is not shown: somebody may have given the secret instead of its file.
    mistake(name, `names a file that cannot be read (${(error as NodeJS.ErrnoException).code ?? 'an unknown reason'})`);
  }
  return null;
}
