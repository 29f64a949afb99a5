import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLOSE_LIMIT_MS } from '@mps-ledger/platform';
import type { ComposeFile, Service } from './compose-file';
import { PROGRAMS, type DeployedProgram, type Listens } from './programs';

const PROBES = ['/livez', '/readyz'];
/** What a stop may take, by docs/deployment.md and the runbooks that rely on it. */
const LEAST_GRACE_SECONDS = 30;

/** Where the services of our programs say something else than the code, a line each. */
export function programProblems(file: ComposeFile, root: string): readonly string[] {
  return Object.entries(PROGRAMS).flatMap(([name, program]) => {
    const service = file.services[name];
    if (service === undefined) return [`${name} is missing`];
    return problemsOf(service, program, root).map((problem) => `${name}: ${problem}`);
  });
}

function problemsOf(service: Service, program: DeployedProgram, root: string): string[] {
  const read = program.read(service.environment);
  const unknown = Object.keys(service.environment).filter((name) => !knows(program, name));
  return [
    ...commandProblems(service, program, root),
    ...unknown.map((name) => `${name} is no setting of it`),
    ...('refused' in read ? [read.refused] : listenerProblems(service, read.listens)),
    ...(service.build?.dockerfile === 'deploy/Dockerfile' ? [] : ['it is not built from deploy/Dockerfile']),
    ...(service.readOnly ? [] : ['its root file system can be written']),
    ...(service.tmpfs.includes('/tmp') ? [] : ['it has no /tmp']),
  ];
}

function knows({ settings }: DeployedProgram, variable: string): boolean {
  return settings.some((name) => variable === name || variable === `${name}_FILE`);
}

function commandProblems({ command }: Service, { source }: DeployedProgram, root: string): string[] {
  const [node, script] = command;
  const built = `dist/${source.replace(/\.ts$/, '.js')}`;
  return [
    ...(node === 'node' && script === built ? [] : [`it runs ${command.slice(0, 2).join(' ')}, not node ${built}`]),
    ...(existsSync(join(root, source)) ? [] : [`there is no ${source}`]),
  ];
}

function listenerProblems(service: Service, { probes, serves, delayMs }: Listens): string[] {
  const published = service.ports.map((port) => port.split(':').at(-1));
  const expected = serves === null ? [] : [String(serves)];
  const bound = (delayMs + CLOSE_LIMIT_MS) / 1000;
  return [
    ...(published.join() === expected.join()
      ? []
      : [`it publishes [${published.join()}], and serves [${expected.join()}]`]),
    ...probeProblems(service, probes),
    ...(service.stopGraceSeconds >= Math.max(bound, LEAST_GRACE_SECONDS)
      ? []
      : [
          `it is given ${service.stopGraceSeconds} s to stop; it may need ${bound} s, and ${LEAST_GRACE_SECONDS} s are promised`,
        ]),
  ];
}

function probeProblems({ healthcheck }: Service, probes: number | null): string[] {
  if (probes === null) return healthcheck === null ? [] : ['it ends by itself, and is asked for its health'];
  if (healthcheck === null) return ['it has no health check'];
  const [kind, node, script, url = '', ...rest] = healthcheck.test;
  const asked = URL.canParse(url) ? new URL(url) : null;
  const right =
    [kind, node, script, ...rest].join(' ') === 'CMD node probe.mjs' &&
    asked?.host === `127.0.0.1:${probes}` &&
    PROBES.includes(asked.pathname);
  return right ? [] : [`its health is asked by "${healthcheck.test.join(' ')}"; its probes are on ${probes}`];
}
