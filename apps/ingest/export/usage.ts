import { DEFAULT_ACCOUNT } from '@mps-ledger/records';

export const USAGE = `npm run export -- --out FILE [--json]
npm run export -- --task ID [--account NAME] [--raw] --out FILE
npm run export -- [--since TIME] [--until TIME] [--raw] --out FILE
npm run export -- --from POSITION [--raw] --out FILE
npm run --silent export > FILE

Exports records of the log as JSON lines, exactly as they are, each with its place. Without a selection: the whole raw log, every notification with
its headers, which "npm run import -- --restore FILE" restores into an empty ledger. With a selection: the events, or with --raw the
notifications, of one task, of a stretch of time, or from a position on; "npm run fold -- FILE" folds them into states.
A name that ends in .gz is compressed. The file is created and never replaced; only its owner can read it, since notifications may contain
secrets. Uses the ledger of DATABASE_URL, or else of DATA_DIR; the programs may run at the same time: what they append meanwhile is not in
the export.

  --out, -o FILE   the file (default: standard output)
  --task ID        records of the task with this TaskId
  --task-json TEXT the same, as a JSON text, for a TaskId that a command line cannot spell: '"a\\u0000b"'
  --account NAME   whose task it is (default ${DEFAULT_ACCOUNT})
  --since TIME     records that the log took at that time or later, such as 2026-11-30T02:13:00Z
  --until TIME     records that the log took before that time
  --from POSITION  records from a position on, such as the header Ledger-Position; with --raw the notifications of which events are from there on
  --raw            notifications, not events
  --json           the result as one JSON object, on standard output; needs --out

Exit codes: 0 exported, 1 failed (the file is removed), 2 wrong usage, 4 the log has nothing of the task (there is no file).
`;
