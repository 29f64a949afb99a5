/** What a key may be for. None includes another. */
export const SCOPES = ['read', 'subscribe', 'operate'] as const;

/** `read`: tasks and notifications; `subscribe`: what changes; `operate`: raw bodies, and the reasons of failing checks. */
export type KeyScope = (typeof SCOPES)[number];
