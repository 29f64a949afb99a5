import { inSchema } from '../read-model';
import { columnNames, rowsFrom, updates } from '../write/columns';
import type { ColumnTypes } from '../write/columns';
import { ERROR_CODE, UPDATED } from '../write/rows';
import type { ErrorCodeKey } from '../write/rows';

export const GONE: ColumnTypes<ErrorCodeKey> = { task_key: 'bytea', error_code: 'text' };

const OF_GONE = rowsFrom(GONE, 1);
const OF_WRITTEN = rowsFrom(ERROR_CODE, 1 + Object.keys(GONE).length);
const OF_SHOWN = rowsFrom(UPDATED, 1 + Object.keys(GONE).length + Object.keys(ERROR_CODE).length);

/** Deletes and upserts of a batch in one round trip. */
export const WRITE_ERROR_CODES = inSchema((schema) => ({
  name: `${schema} write-error-codes`,
  text: `
WITH gone AS (
  DELETE FROM ${schema}.task_error_code c USING ${OF_GONE}
  WHERE c.task_key = r.task_key AND c.error_code = r.error_code
),
gone_updated AS (
  DELETE FROM ${schema}.task_updated c USING ${OF_GONE}
  WHERE c.task_key = r.task_key AND c.code = r.error_code
),
shown AS (
  INSERT INTO ${schema}.task_updated (${columnNames(UPDATED)})
  SELECT r.* FROM ${OF_SHOWN}
  ON CONFLICT (task_key, code) DO UPDATE SET ${updates(UPDATED, ['task_key', 'code', 'account', 'first_received'])}
)
INSERT INTO ${schema}.task_error_code (${columnNames(ERROR_CODE)})
SELECT r.* FROM ${OF_WRITTEN}
ON CONFLICT (task_key, error_code) DO UPDATE SET ${updates(ERROR_CODE, ['task_key', 'error_code', 'account', 'first_received'])}`,
}));
