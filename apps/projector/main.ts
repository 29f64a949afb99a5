import { examineDatabase } from '@mps-ledger/database';
import { databaseNeeds, makeEventLog } from '@mps-ledger/event-log';
import { httpApplication, runProgram } from '@mps-ledger/platform';
import { projectionRights, projectionSchema } from '@mps-ledger/read-model';
import { LEDGER_LAYOUT } from '@mps-ledger/records';
import { openTaskChecks } from './checks/open-task-checks';
import { PROJECTOR_FAILPOINTS } from './failpoints';
import { makeProjectorPool } from './pool';
import { optionalProjectionsOf, projectorMistakes, projectorSettings } from './projector.config';
import { startProjector } from './start';

void runProgram({
  name: 'projector',
  schema: projectorSettings,
  prefixes: ['LEDGER_', 'MPS_', 'KAFKA_'],
  failpoints: PROJECTOR_FAILPOINTS,
  check: projectorMistakes,
  async start({ config, logger, metrics, health, onClose }) {
    const { DATABASE_URL: url, HEALTH_HOST: host, HEALTH_PORT: port } = config;
    const database = { url, pooler: config.DATABASE_POOLER, directUrl: config.DATABASE_DIRECT_URL };
    const probes = await httpApplication({ name: 'health', host, port, probes: true, logger, metrics, health });
    onClose('health listener', () => probes.close());
    const log = makeEventLog({
      layout: LEDGER_LAYOUT,
      settings: config,
      url,
      name: 'mps-ledger projector log',
      logger,
      metrics,
    });
    onClose('event log', () => log.close());
    const pool = makeProjectorPool({ ...database, logger });
    onClose('connections', () => pool.end());
    const optional = optionalProjectionsOf(config);
    const optionalPool = makeProjectorPool({ ...database, logger, connections: 2 });
    onClose('connections of optional projections', () => optionalPool.end());
    const needs = { writes: true, rights: [...projectionRights(projectionSchema), ...databaseNeeds(config).rights] };
    const examine = () => examineDatabase({ database, name: 'mps-ledger projector check', ...needs });
    const projector = await startProjector({
      ...{ log, pool, examine, logger, metrics, health },
      optional: { ...optional, pool: optionalPool },
    });
    const checks = openTaskChecks({ database, perMinute: config.TASK_CHECKS_PER_MINUTE, logger, metrics, health });
    onClose('task checks', () => checks.close());
    logger.info({ probes: probes.url }, 'projecting');
    return projector;
  },
});
