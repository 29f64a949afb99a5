export const USAGE = `npm run compare -- --from BUILD --to BUILD [--patience TIME] [--report FILE] [--json]

Compares two builds of the read model, while both are written: what readers see of every task, and the rows behind it, recomputed from the rows, and
history record by record. Changes nothing. Each difference is printed as a reader sees it, with the events that it rests on. Uses the database of
DATABASE_URL, or else of DATA_DIR.

  --from BUILD     live, or the number of a build
  --to BUILD       the number of the build to compare with it, or live
  --patience TIME  how long to wait until both have caught up with each other, and for tasks that change meanwhile: 30s, 10m, 1h (default 10m)
  --report FILE    also writes the report there, as JSON; it is the same on any machine for the same log
  --json           the report on standard output

Exit codes: 0 equal, 1 failed, or tasks are left that could not be compared, 2 wrong usage, 3 they differ, 4 there is no such build.
`;
