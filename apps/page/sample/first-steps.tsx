import { useEffect, useState } from 'preact/hooks';
import { addressOf, request } from '../api/client';
import { ReadFailure } from '../api/problem';
import { CopyText } from './copy-text';

/** What the standalone program says of its sample; other programs have none. */
interface SampleOffer {
  readonly command: string;
}

const CALLBACK = `curl --data-binary @notification.json 'http://<host of the ingest app>:8081/notify/mps'`;

/** What to do where nothing was received yet: send the sample by a click or a command, or set MPS up. */
export function FirstSteps({ onSent }: { readonly onSent: () => void }) {
  const [offer, setOffer] = useState<SampleOffer | 'asked' | null>('asked');
  useEffect(() => {
    request(addressOf('sample'))
      .then(async (response) => setOffer((await response.json()) as SampleOffer))
      .catch(() => setOffer(null));
  }, []);
  // Nothing moves when the answer comes.
  if (offer === 'asked') return null;
  return (
    <section class="notice first-steps">
      <h2>No task yet</h2>
      <p>A task appears here as soon as MPS has sent a notification about it.</p>
      {offer !== null && <SendSample onSent={onSent} />}
      <p>{offer === null ? 'A notification is sent like this:' : 'Or send it as MPS would:'}</p>
      <CopyText text={offer?.command ?? CALLBACK} />
      <p class="muted">
        For real ones, give MPS the address of the callback listener, or receive from its queue:{' '}
        <code>docs/sources.md</code> says how.
      </p>
    </section>
  );
}

function SendSample({ onSent }: { readonly onSent: () => void }) {
  const [said, setSaid] = useState<string | null>(null);
  const send = (): void => {
    setSaid('Sending…');
    request(addressOf('sample'), { method: 'POST' }).then(
      () => {
        setSaid('Sent. Its task appears in a moment.');
        onSent();
      },
      (error: unknown) => setSaid(error instanceof ReadFailure ? error.message : 'It could not be sent.'),
    );
  };
  return (
    <p class="field-row">
      <button class="button button-first" type="button" onClick={send}>
        Send the sample
      </button>
      <span role="status">{said}</span>
    </p>
  );
}
