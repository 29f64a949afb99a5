export const USAGE = `npm run fold -- FILE [--json]

Folds an export of the log ("npm run export") into the states of its tasks, with the code of the ledger and without one: no database, no log.
FILE is plain or compressed with gzip; of an export of notifications the events are derived first. Prints for each task its state and the
digest of it, which the API shows as state_digest, and at the end a digest over all states.

The states are those of what the export holds: of a whole log, or of all records of a task, they are those of the ledger. Memory is bounded:
where the tasks are too many, the file is read several times. - is standard input, which is read once.

  --json   one JSON object for each task, and one with the sums

Exit codes: 0 folded, 1 failed, or the file is damaged (what was wrong, and at which line), 2 wrong usage or no such file.
`;
