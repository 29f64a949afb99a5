export const USAGE = `npm run keys -- create NAME [--scopes LIST] [--accounts LIST] [--expires WHEN] [--rate N] [--dry-run] [--json]
npm run keys -- list [--all] [--json]
npm run keys -- revoke NAME [--yes --reason TEXT] [--dry-run] [--json]

Makes, lists and revokes keys of the API, which requests send as "Authorization: Bearer <key>". A key is shown once, on standard output; only its
SHA-256 is stored. Uses the database of DATABASE_URL, or else of DATA_DIR; the programs may run at the same time. Once there is a key, each request
needs one. A new key works within a quarter of a second, a revoked one is refused after 5 seconds at most.

create  NAME             1 to 64 characters of A-Z a-z 0-9 . _ - ; no other key that is not revoked has it
        --scopes LIST    of read, subscribe, operate, separated by commas (default read); none includes another
        --accounts LIST  accounts that the key shows, separated by commas (default: all)
        --expires WHEN   90d, 12h, or a time such as 2027-01-31T12:00:00Z (default: never)
        --rate N         requests per second, instead of API_RATE_LIMIT
list    --all            revoked keys, too
revoke  NAME             name or prefix (mpsl_ and seven characters) of a key; asks for a reason and for confirmation
        --yes            does not ask; needs --reason
        --reason TEXT    why, kept with the key

  --dry-run              reports what would be done, and changes nothing
  --json                 one JSON object for each key, on standard output

Exit codes: 0 done, 1 failed, 2 wrong usage, 4 there is no such key.
`;
