/**
 * Resource usage of processes from /proc, so Linux only. A process that has ended counts as zero.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** A process and all its descendants; the given one first. */
export function processTree(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const one of allProcesses()) {
    const parent = parentOf(one);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const below = (one: number): readonly number[] => [one, ...(children.get(one) ?? []).flatMap(below)];
  return below(pid);
}

/** Pids of all processes on this machine. */
export function allProcesses(): readonly number[] {
  return listed('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Pid of the parent; null if the process has ended. */
export function parentOf(pid: number): number | null {
  const parent = statOf(pid)[1];
  return parent === undefined ? null : Number(parent);
}

/** State of a process: `T` while it is stopped, `R` or `S` while it runs; null if it has ended. */
export function stateOf(pid: number): string | null {
  return statOf(pid)[0] || null;
}

/** Command line or title of a process; empty if it has ended. */
export function commandOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`);
}

/** Number of open file descriptors: sockets, pipes, files. */
export function openHandles(pid: number): number {
  return listed(`/proc/${pid}/fd`).length;
}

/** Total memory of processes in MiB: proportional set size, so that shared pages count once. */
export function memoryMib(pids: readonly number[]): number {
  return sumOf(pids, (pid) => kibIn(`/proc/${pid}/smaps_rollup`, 'Pss')) / 1024;
}

/** The anonymous part of it in MiB, which a leak would increase. */
export function anonymousMib(pids: readonly number[]): number {
  return sumOf(pids, (pid) => kibIn(`/proc/${pid}/smaps_rollup`, 'Pss_Anon')) / 1024;
}

/** Sum of the resident memory of processes in MiB; shared pages count for each process. */
export function residentMib(pids: readonly number[]): number {
  return sumOf(pids, (pid) => kibIn(`/proc/${pid}/status`, 'VmRSS')) / 1024;
}

/** Sum of the peak resident memory of processes in MiB. */
export function peakResidentMib(pids: readonly number[]): number {
  return sumOf(pids, (pid) => kibIn(`/proc/${pid}/status`, 'VmHWM')) / 1024;
}

/** Length of a tick in /proc/PID/stat on common Linux platforms (USER_HZ is 100). */
const TICK_SECONDS = 0.01;

/** CPU time of processes since their start, in seconds, including children that have ended. */
export function cpuSeconds(pids: readonly number[]): number {
  // utime, stime, cutime, cstime: fields 14 to 17 of proc_pid_stat(5); the first two fields are already removed here.
  return sumOf(pids, (pid) => sumOf(statOf(pid).slice(11, 15), Number)) * TICK_SECONDS;
}

/** CPU time of the first thread of a process since its start, in seconds: of a Node program, the one with its event loop. */
export function firstThreadCpuSeconds(pid: number): number {
  return sumOf(fieldsOf(`/proc/${pid}/task/${pid}/stat`).slice(11, 13), Number) * TICK_SECONDS;
}

/** The fields after the name in /proc/PID/stat: state, parent, …; the name, in brackets, may contain anything. */
function statOf(pid: number): readonly string[] {
  return fieldsOf(`/proc/${pid}/stat`);
}

function fieldsOf(path: string): readonly string[] {
  return textOf(path).split(') ').at(-1)?.split(' ') ?? [];
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
