import { viewAddress } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { FirstSteps } from '../sample/first-steps';
import { isFiltered } from './filters';

/** What is shown where no task matches, and where there is none yet. */
export function EmptyList({ onSent }: { readonly onSent: () => void }) {
  const address = useAddress();
  if (!isFiltered(address)) return <FirstSteps onSent={onSent} />;
  return (
    <section class="notice">
      <h2>No task matches</h2>
      <p>Nothing that was received fits all of these filters.</p>
      <Link class="button" to={viewAddress(address, 'tasks')}>
        Remove all filters
      </Link>
    </section>
  );
}
