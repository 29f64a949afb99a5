/** Where a projector that is tested can be cut off: rows written and not committed, rows committed and the group's progress not. */
export const PROJECTOR_FAILPOINTS = ['projector.in-batch', 'projector.after-transaction'] as const;
