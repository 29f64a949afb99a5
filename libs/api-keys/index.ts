export { newKey, type NewKey } from './key-text';
export { listKeys, type ListedKey } from './list-keys';
export { noteUse, readKeys, type StoredKey, type StoredKeys } from './read-keys';
export { SCOPES, type KeyScope } from './scopes';
export { KEY_RIGHTS, setUpKeys } from './set-up-keys';
export { createKey, MOST_KEYS, revokeKey, type KeyToCreate, type WriteOptions } from './write-keys';
