/**
 * What processes take, by /proc: Linux only. A process that has just ended counts as nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** A process and all whose parent, or whose parent's parent and so on, it is; the given one first. */
export function processTree(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const one of allProcesses()) {
    const parent = parentOf(one);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const below = (one: number): readonly number[] => [one, ...(children.get(one) ?? []).flatMap(below)];
  return below(pid);
}

/** All that run on this machine. */
export function allProcesses(): readonly number[] {
  return listed('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Null for a process that is gone. */
export function parentOf(pid: number): number | null {
  const parent = statOf(pid)[1];
  return parent === undefined ? null : Number(parent);
}

/** `T` while a process stands still, `R` or `S` while it works; null when it is gone. */
export function stateOf(pid: number): string | null {
  return statOf(pid)[0] || null;
}

/** How it was called, or what it calls itself; empty when it is gone. */
export function commandOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`);
}

/** Open file descriptors: sockets, pipes, files. */
export function openHandles(pid: number): number {
  return listed(`/proc/${pid}/fd`).length;
}

/** Memory of processes together, in MiB: proportional set size, so that pages they share count once. */
export function memoryMib(pids: readonly number[]): number {
  return sumOf(pids, (pid) => kibIn(`/proc/${pid}/smaps_rollup`, 'Pss')) / 1024;
}

/** The part of it that is private and no file's (anonymous), in MiB: what a leak would be in. */
export function anonymousMib(pids: readonly number[]): number {
  return sumOf(pids, (pid) => kibIn(`/proc/${pid}/smaps_rollup`, 'Pss_Anon')) / 1024;
}

/** What processes have resident just now, added up, in MiB: pages they share count for each. */
export function residentMib(pids: readonly number[]): number {
  return sumOf(pids, (pid) => kibIn(`/proc/${pid}/status`, 'VmRSS')) / 1024;
}

/** The most that each of these processes has had resident since it started, added up, in MiB. */
export function peakResidentMib(pids: readonly number[]): number {
  return sumOf(pids, (pid) => kibIn(`/proc/${pid}/status`, 'VmHWM')) / 1024;
}

/** Fields of /proc/PID/stat count ticks of this length on all of Linux's usual machines (USER_HZ is 100). */
const TICK_SECONDS = 0.01;

/** CPU time of processes since they started, in seconds, that of their children that have ended included. */
export function cpuSeconds(pids: readonly number[]): number {
  // utime, stime, cutime, cstime: fields 14 to 17 of proc_pid_stat(5), of which the first two are cut off here.
  return sumOf(pids, (pid) => sumOf(statOf(pid).slice(11, 15), Number)) * TICK_SECONDS;
}

/** The fields after the name in /proc/PID/stat: state, parent, …; the name, in brackets, may hold anything. */
function statOf(pid: number): readonly string[] {
  return textOf(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
}

function kibIn(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(textOf(file))?.[1] ?? 0);
}

function sumOf<Item>(items: readonly Item[], measure: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + measure(item), 0);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listed(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
