import { inSchema } from '../read-model';
import { columnNames, rowsFrom, updates } from '../write/columns';
import type { ColumnTypes } from '../write/columns';
import { ERROR_CODE } from '../write/rows';
import type { ErrorCodeKey } from '../write/rows';

export const GONE: ColumnTypes<ErrorCodeKey> = { task_key: 'bytea', error_code: 'text' };

/** Deletes and upserts of a batch in one round trip. */
export const WRITE_ERROR_CODES = inSchema((schema) => ({
  name: `${schema} write-error-codes`,
  text: `
WITH gone AS (
  DELETE FROM ${schema}.task_error_code c USING ${rowsFrom(GONE, 1)}
  WHERE c.task_key = r.task_key AND c.error_code = r.error_code
)
INSERT INTO ${schema}.task_error_code (${columnNames(ERROR_CODE)})
SELECT r.* FROM ${rowsFrom(ERROR_CODE, 1 + Object.keys(GONE).length)}
ON CONFLICT (task_key, error_code) DO UPDATE SET ${updates(ERROR_CODE, ['task_key', 'error_code', 'account', 'first_received'])}`,
}));
