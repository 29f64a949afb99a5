import { Readable } from 'node:stream';
import { pause } from '@mps-ledger/platform';
import type { TaskPage, TaskPlace } from '@mps-ledger/read-model';
import { isTransient } from '../database-problems';
import type { Answer } from '../http/answer';
import type { Filter } from '../http/cursor';
import { onlyFields } from '../http/fields';
import { listStart } from '../http/paging';
import { LaneFull } from '../lane';
import type { QueryContext } from '../query-context';
import { answerAtPosition, type PositionOptions } from '../waiting/min-position';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats';
import { asksForFailure, listedTask, readSelection, TASKS, type TaskSelection } from './list-tasks';

export interface TaskExportRequest extends PositionOptions {
  readonly selection: Filter & TaskSelection;
  readonly cursor: string | undefined;
  readonly fields: readonly string[] | undefined;
  readonly format: ExportFormat;
}

/** Tasks that are read at once, and then sent, before more are read. */
const PAGE = { limit: 1000, maxBytes: 4 * 1024 * 1024 };

/**
 * Answers all tasks of a filter, page after page, each of a snapshot of its own: no transaction is open between them. Pages are read as fast as
 * the client takes them. The last task of a page carries the cursor by which a client goes on that was cut off.
 */
export function exportTasks(context: QueryContext, request: TaskExportRequest): Promise<Answer> {
  return answerAtPosition(context, request, () => begun(context, request));
}

async function begun(context: QueryContext, request: TaskExportRequest): Promise<Answer> {
  const {
    filter: selection,
    after,
    cursorAfter,
  } = await listStart(context.cursors, TASKS, request.selection, request.cursor);
  const { visible, fields } = request;
  const page = { ...PAGE, withFailedSubtask: asksForFailure(fields) };
  const read = (place: TaskPlace | null) =>
    context.lists.run(() => readSelection(context, { visible, selection, after: place, page }));
  const end = await context.exports.begin();
  try {
    const first = await read(after);
    const { type, textOf, header } = EXPORT_FORMATS[request.format];
    const pageText = ({ items, next }: TaskPage): string =>
      textOf(
        items.map((item) => onlyFields(listedTask(item), fields)),
        cursorAfter(next),
        fields,
      );
    async function* texts(): AsyncGenerator<string> {
      yield header(fields);
      for (let sent: TaskPage = first; ; sent = await readPatiently(read, sent.next)) {
        yield pageText(sent);
        if (sent.next === null) return;
      }
    }
    const stream = (): Readable => Readable.from(texts(), { objectMode: true, highWaterMark: 1 }).once('close', end);
    return { freshness: first.freshness, body: () => '', stream, headers: { ...first.headers, 'content-type': type } };
  } catch (error) {
    end();
    throw error;
  }
}

/** Attempts to read a page, and the time between them, ms. */
const ATTEMPTS = 10;
const BETWEEN_MS = 1000;

/** A client that has begun to read waits rather than begin again. */
async function readPatiently(
  read: (place: TaskPlace | null) => Promise<TaskPage>,
  place: TaskPlace | null,
): Promise<TaskPage> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read(place);
    } catch (error) {
      if (attempt >= ATTEMPTS || !(error instanceof LaneFull || isTransient(error))) throw error;
      await pause(BETWEEN_MS);
    }
  }
}
