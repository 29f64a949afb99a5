import type { ClientBase } from 'pg';
import { inSnapshot } from '@mps-ledger/database';
import {
  databaseTime,
  listNotifications,
  readCheckpoints,
  readFoldVersion,
  readModelIn,
  readParkedReasons,
  readSources,
  readUnderivedAlarms,
  type ReadModel,
  type VisibleAccounts,
} from '@mps-ledger/read-model';
import type { Answer } from '../http/answer';
import { pageOf } from '../http/paging';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { MOST_PARKED, pipelineAnswer, type PipelineParts } from './pipeline-answer';

/** Reasons of parked records that are shown. */
const MOST_REASONS = 20;

/** Answers how far everything is, by the checkpoints: what is read does not depend on the number of tasks. */
export function getPipeline(context: QueryContext, request: PositionOptions): Promise<Answer> {
  return answerAtPosition(context, request, () => context.lists.run(() => readPipeline(context, request.visible)));
}

async function readPipeline({ db }: QueryContext, visible: VisibleAccounts): Promise<Answer> {
  const parts = await inSnapshot(db.db, (client) => partsOf(readModelIn(db.schema, client), visible));
  return { freshness: parts.freshness, tag: null, body: () => pipelineAnswer(parts) };
}

async function partsOf(model: ReadModel<ClientBase>, visible: VisibleAccounts): Promise<PipelineParts> {
  // First: the snapshot is taken by it, and times are compared with that moment.
  const { freshness, items } = await listNotifications(model, visible, { state: ['rejected'] }, null, pageOf(1));
  const now = await databaseTime(model);
  return {
    ...{ freshness, now, schema: model.schema, lastRejected: items[0] ?? null },
    checkpoints: await readCheckpoints(model),
    alarms: await readUnderivedAlarms(model),
    foldVersion: await readFoldVersion(model),
    sources: await readSources(model, visible),
    parked: visible === 'all' ? await readParkedReasons(model, { most: MOST_PARKED + 1, reasons: MOST_REASONS }) : null,
  };
}
