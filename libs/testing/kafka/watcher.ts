import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/*
 * Reads lines `+pid` and `-pid` until the pipe is closed: by `end()`, or by the kernel when the parent has ended in any way. Then
 * kills the remaining processes and removes their data.
 */
const SCRIPT = `
trap '' HUP INT TERM
pids=
while read -r line; do
  pid=\${line#?}
  case $line in
    +*) pids="$pids $pid" ;;
    -*) rest=; for one in $pids; do [ "$one" = "$pid" ] || rest="$rest $one"; done; pids=$rest ;;
  esac
done
for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
[ -z "$pids" ] || sleep 1
rm -rf -- "$1"
exit 0
`;

export interface BrokerWatcher {
  started(pid: number): void;
  ended(pid: number): void;
  /** Ends the watcher, as all processes have ended. */
  end(): void;
}

/** Starts a small process that kills the brokers of this process and removes `folder` when this process has ended, even by SIGKILL. */
export function watchBrokers(folder: string): BrokerWatcher {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'mps-ledger-kafka-watcher', folder], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const unwatched = (): void => undefined;
  child.on('error', unwatched);
  child.stdin.on('error', unwatched);
  child.unref();
  if (child.stdin instanceof Socket) child.stdin.unref();
  return {
    started: (pid) => void child.stdin.write(`+${pid}\n`),
    ended: (pid) => void child.stdin.write(`-${pid}\n`),
    end: () => void child.stdin.end(),
  };
}
