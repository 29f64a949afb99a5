import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contractTypes } from './contract-types';

/** Where the page has the types of what the API answers; contract-types.spec.ts compares them. */
const CONTRACT_TYPES = join('apps', 'page', 'api', 'contract.d.ts');

/** `npm run page:types`: makes the types of the page anew, after the contract has changed. With `--print` it only shows them. */
async function main(): Promise<void> {
  const types = await contractTypes();
  if (process.argv.includes('--print')) process.stdout.write(types);
  else writeFileSync(CONTRACT_TYPES, types);
}

void main();
