import type { ComponentChildren } from 'preact';
import { Time } from '../time/time';
import { durationWords } from '../time/words';
import { flowNumbers, positionWords } from './flow-numbers';
import type { ShownPipeline } from '../api/answers';

/** The way of a notification as one picture: where it comes from, the logs, the rows, with what is where. */
export function Flow({ pipeline }: { readonly pipeline: ShownPipeline }) {
  const { received, waiting, rejected, events, parked, sources } = flowNumbers(pipeline);
  const { state, lag_seconds: lag, complete_as_of: asOf } = pipeline;
  return (
    <ol class="flow" aria-label="From source to row">
      <Step name="Sources" number={sources}>
        {pipeline.sources_cut ? 'and more' : sources === '1' ? 'has sent something' : 'have sent something'}
      </Step>
      <Step name="Raw log" number={received}>
        notifications received{rejected !== '0' && `, ${rejected} rejected`}
        <br />
        {positionWords(pipeline.partitions.map(({ raw_position }) => raw_position))}
      </Step>
      <Step name="Events" number={events}>
        applied{parked !== '0' && `, ${parked} parked`}
        <br />
        {positionWords(pipeline.partitions.map(({ position }) => position))}
      </Step>
      <Step name="Rows" number={lag === null ? 'unknown' : `${durationWords(lag * 1000)} behind`} state={state}>
        {waiting !== '0' && `${waiting} notifications wait; `}
        {asOf === null ? (
          'not known up to when they are complete'
        ) : (
          <>
            complete up to <Time at={asOf} />
          </>
        )}
      </Step>
    </ol>
  );
}

interface StepProps {
  readonly name: string;
  readonly number: string;
  readonly children: ComponentChildren;
  readonly state?: ShownPipeline['state'];
}

const STATE_CLASSES = { fresh: 'state-succeeded', behind: 'state-failed', unknown: 'state-unknown' } as const;
const STATE_WORDS = { fresh: 'Fresh', behind: 'Behind', unknown: 'Unknown' } as const;

function Step({ name, number, children, state }: StepProps) {
  return (
    <li class="flow-step">
      <h2>{name}</h2>
      <p class="flow-number">{number}</p>
      {state !== undefined && (
        <p class={`state ${STATE_CLASSES[state]}`}>
          <span class="state-dot" aria-hidden="true" />
          {STATE_WORDS[state]}
        </p>
      )}
      <p class="muted">{children}</p>
    </li>
  );
}
