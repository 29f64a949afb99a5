import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pythonPackages } from '../python-packages';

const HERE = join('test', 'interoperability', 'mps-sdk');
const TIMEOUT_MS = 300_000;

/** What an SDK is configured with, and the calls to make. */
export interface SdkRun {
  /** `127.0.0.1:8084`. */
  readonly endpoint: string;
  readonly secretId: string;
  readonly secretKey: string;
  readonly method: 'POST' | 'GET';
  readonly signMethod: 'TC3-HMAC-SHA256' | 'HmacSHA256' | 'HmacSHA1';
  readonly calls: readonly SdkCall[];
}

export interface SdkCall {
  readonly action: 'ParseNotification' | 'ParseLiveStreamProcessNotification';
  readonly content: string;
}

/** What came of a call. */
export interface SdkResult {
  /** As it came, without the classes of the SDK. */
  readonly answer?: Readonly<Record<string, unknown>>;
  /** What the classes of the SDK make of it. */
  readonly model?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly requestId: string };
}

/** An SDK of the vendor's, ready to run: resolves with the result of each call. */
export type SdkClient = (given: SdkRun) => Promise<readonly SdkResult[]>;

/** For Python, in an environment of its own in `.cache`. */
export async function pythonSdk(): Promise<SdkClient> {
  const PYTHONPATH = await pythonPackages(join(HERE, 'requirements.txt'), 'mps-sdk');
  return (given) => resultsOf(given, PYTHONPATH);
}

async function resultsOf(given: SdkRun, PYTHONPATH: string): Promise<readonly SdkResult[]> {
  // A proxy of the machine would stand between them.
  const env = { ...process.env, PYTHONPATH, NO_PROXY: '127.0.0.1' };
  const child = spawn('python3', [join(HERE, 'mps_sdk.py')], { env, timeout: TIMEOUT_MS });
  child.stdin.end(JSON.stringify(given));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  if (lines.length !== given.calls.length) throw new Error(`the SDK made ${lines.length} calls: ${stderr}`);
  return lines.map((line) => JSON.parse(line) as SdkResult);
}
