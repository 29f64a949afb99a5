import type { ShownPipeline } from '../api/answers';
import { read } from '../api/client';
import { usePolled } from '../api/use-loaded';
import { Polled } from '../frame/polled';
import { Balances } from './balances';
import { Builds } from './builds';
import { Flow } from './flow';
import { Partitions } from './partitions';
import { Sources } from './sources';
import { Troubles } from './troubles';

const READ_EVERY_MS = 3000;

/** From source to row: how far everything is, and whether it adds up. */
export function PipelineView() {
  const loaded = usePolled(async (signal) => (await read('getPipeline', { signal })).body, READ_EVERY_MS, []);
  return (
    <>
      <div class="view-head">
        <h1>Pipeline</h1>
      </div>
      <Polled loaded={loaded}>{(pipeline) => <Shown pipeline={pipeline} />}</Polled>
    </>
  );
}

function Shown({ pipeline }: { readonly pipeline: ShownPipeline }) {
  return (
    <>
      <Flow pipeline={pipeline} />
      <Balances balances={pipeline.balances} />
      <Troubles pipeline={pipeline} />
      <Sources pipeline={pipeline} />
      <Builds builds={pipeline.builds} />
      <Partitions partitions={pipeline.partitions} />
    </>
  );
}
