import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/*
 * Reads `+pid` and `-pid`, line after line, until the other end of the pipe is closed: by `end()`, or by the kernel when
 * the parent is gone, however it went. Then kills the processes that are left and removes their data.
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
  /** All have ended: nothing is left to watch. */
  end(): void;
}

/** Starts a tiny process that kills the brokers started here and removes `folder` when this process is gone, SIGKILL included. */
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
