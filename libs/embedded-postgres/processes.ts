import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from './errors';

/**
 * The start time of a process, which distinguishes it from a later process with the same pid (on Linux the boot id and the clock
 * tick, proc(5) field 22; elsewhere the output of `ps`, to the second). Null if there is no such process, or it is a zombie.
 */
export function startOf(pid: number): string | null {
  return process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
}

function startOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    return `${boot}:${fields[18]}`;
  } catch {
    // /proc may hide processes of other users; whether they exist can still be found out.
    return sendSignal(pid, 0) === 'forbidden' ? 'hidden' : null;
  }
}

function startByPs(pid: number): string | null {
  try {
    const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', env }).trim();
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '');
  } catch {
    return null;
  }
}

/** Sends a signal (0 only checks that the process exists) and returns the result. */
export function sendSignal(pid: number, signal: NodeJS.Signals | 0): 'sent' | 'forbidden' | 'gone' {
  try {
    process.kill(pid, signal);
    return 'sent';
  } catch (error) {
    return systemCode(error) === 'EPERM' ? 'forbidden' : 'gone';
  }
}

/** Waits until the process that started at `started` has ended; false if it is still running after `withinMs`. */
export async function hasEndedWithin(pid: number, started: string, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  for (;;) {
    if (startOf(pid) !== started) return true;
    if (Date.now() >= end) return false;
    await pause(20);
  }
}

/** The command line of a process; empty if it cannot be read. */
export function commandOf(pid: number): readonly string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(' ');
  } catch {
    return [];
  }
}

/** The working folder of a process; null if it cannot be read (another user's process, no /proc). */
export function workingFolderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** The processes with the working folder `folder` that this user can see; none without /proc. */
export function processesIn(folder: string): readonly number[] {
  return allProcesses().filter((pid) => workingFolderOf(pid) === folder && startOf(pid) !== null);
}

/** The processes with this word in their command line; none without /proc. */
export function processesStartedWith(word: string): readonly number[] {
  return allProcesses().filter((pid) => commandOf(pid).includes(word) && startOf(pid) !== null);
}

function allProcesses(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Identifies the scope of pids: processes of another container or machine cannot be checked by pid. */
export function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return process.platform;
  }
}
