import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { systemCode } from './errors';

/**
 * When a process started, in a form that no later process with the same pid has (on Linux the boot and its clock tick,
 * proc(5) field 22; elsewhere what `ps` says, to the second). Null: there is no such process, or it is dead and only not yet
 * collected by its parent.
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
    // A /proc that hides other users' processes: they can still be told from none.
    return signalled(pid, 0) === 'forbidden' ? 'hidden' : null;
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

/** Sends a signal (0 only asks) and says what came of it. */
export function signalled(pid: number, signal: NodeJS.Signals | 0): 'sent' | 'forbidden' | 'gone' {
  try {
    process.kill(pid, signal);
    return 'sent';
  } catch (error) {
    return systemCode(error) === 'EPERM' ? 'forbidden' : 'gone';
  }
}

/** Waits until the process that started at `started` is gone; false when it is still there after `withinMs`. */
export async function gone(pid: number, started: string, withinMs: number): Promise<boolean> {
  const end = Date.now() + withinMs;
  for (;;) {
    if (startOf(pid) !== started) return true;
    if (Date.now() >= end) return false;
    await pause(20);
  }
}

/** The words a process was started with; empty when they cannot be read. */
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

/** The folder a process works in; null where that is not told (another user's process, no /proc). */
export function workingFolderOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** Every process that works in `folder`, as far as this user may see; none where there is no /proc. */
export function processesIn(folder: string): readonly number[] {
  return allProcesses().filter((pid) => workingFolderOf(pid) === folder && startOf(pid) !== null);
}

/** Every process that was started with this word; none where there is no /proc. */
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

/** Where pids mean the same: processes of another container (or machine) cannot be asked whether they live. */
export function pidWorld(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return process.platform;
  }
}
