import { bareAddress } from '@mps-ledger/platform';
import { isIPv6 } from 'node:net';

const MOST_MS = 5_000;

/** What a listener answered; or why it did not. */
export type HttpProbe =
  { readonly status: number; readonly text: string; readonly date: string | null } | { readonly unreachable: string };

/** The address by which a listener is reached from its own machine: of all addresses, loopback. */
export function localUrl(host: string, port: number): string {
  const bare = bareAddress(host);
  const reached = bare === '0.0.0.0' ? '127.0.0.1' : bare === '::' ? '::1' : bare;
  return `http://${isIPv6(reached) ? `[${reached}]` : reached}:${port}`;
}

/** Sends a GET and reads the answer. Follows no redirect; never rejects. */
export async function probeHttp(url: string, key?: string): Promise<HttpProbe> {
  const headers: Record<string, string> = key === undefined ? {} : { authorization: `Bearer ${key}` };
  try {
    const answer = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(MOST_MS) });
    return { status: answer.status, text: await answer.text(), date: answer.headers.get('date') };
  } catch (error) {
    return { unreachable: reasonOf(error) };
  }
}

/** fetch says why in the cause of its error. */
function reasonOf(error: unknown): string {
  const { cause, ...own } = membersOf(error);
  const { name, code, message } = cause === undefined ? own : membersOf(cause);
  if (name === 'TimeoutError') return `no answer within ${MOST_MS / 1_000} s`;
  return String(code ?? message ?? error);
}

/** Errors of fetch may be of another realm. */
function membersOf(error: unknown): Readonly<Record<'name' | 'code' | 'message' | 'cause', unknown>> {
  const { name, code, message, cause } = Object(error) as Record<string, unknown>;
  return { name, code: typeof code === 'string' ? code : undefined, message, cause };
}
