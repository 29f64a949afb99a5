export { keepCursorKey, readCatalogueCursorKey } from './cursor-key';
export {
  beginEntry,
  buildInWords,
  endEntry,
  journalled,
  operator,
  readJournal,
  type JournalBegin,
  type JournalEntry,
} from './journal';
export {
  endLease,
  endRebuildLease,
  LEASE_SECONDS,
  readLeases,
  removeExpiredLeases,
  renewLease,
  takeRebuildLease,
  type BuildLease,
  type BuildUse,
} from './leases';
export {
  findLiveBuild,
  listBuilds,
  listBuildsOf,
  NoLiveBuild,
  readLiveBuild,
  THIS_RELEASE,
  type Build,
  type BuildState,
  type CatalogueDb,
  type ReleaseOrigin,
} from './read-builds';
export { CATALOGUE_CHANNEL, CATALOGUE_RIGHTS, LEASE_RIGHTS, setUpCatalogue } from './set-up-catalogue';
export {
  createBuild,
  followBuild,
  IllegalBuildState,
  moveBuild,
  registerFirstBuild,
  switchLive,
  type BuildToCreate,
} from './write-builds';
