/** `QueryContext`: what the operations need. */
export const QUERY_CONTEXT = Symbol('QUERY_CONTEXT');
/** The OpenAPI document. */
export const CONTRACT = Symbol('CONTRACT');
