import { oneOf, withParameters } from '../routing/address';
import { Link, useAddress } from '../routing/router';
import { orderOf } from './filters';

const ORDERS = [
  ['first_received', 'Received', 'Newest first, by when it was first received: places never change'],
  ['updated', 'Updated', 'Newest first, by the last record about it'],
] as const;

/** By which time the list is ordered. Search knows one order only. */
export function OrderSwitch() {
  const address = useAddress();
  const order = orderOf(address);
  const isSearch = ['q', 'input', 'output'].some((name) => oneOf(address, name) !== null);
  if (isSearch && order === 'first_received') return null;
  return (
    <div class="switch" role="group" aria-label="Order by">
      {ORDERS.map(([name, label, meaning]) => (
        <Link
          key={name}
          to={withParameters(address, { order: name === 'first_received' ? null : name })}
          aria-current={name === order ? 'true' : undefined}
          title={meaning}
        >
          {label}
        </Link>
      ))}
    </div>
  );
}
