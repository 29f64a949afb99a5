import { useState } from 'preact/hooks';
import { enterKey } from '../api/key';

/** Asks for a key of the API. It is kept for this tab only, and is sent in a header field. */
export function KeyForm({ why }: { readonly why: string }) {
  const [key, setKey] = useState('');
  const [mistake, setMistake] = useState<string | null>(null);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() === '') return;
    if (!/^[!-~]+$/.test(key.trim()))
      setMistake('A key has letters, digits and signs only: no spaces, no other alphabet.');
    else enterKey(key.trim());
  };
  return (
    <form class="notice" onSubmit={submit}>
      <h1>A key is needed</h1>
      <p>{why}</p>
      <label for="api-key">Key of the API</label>
      <div class="field-row">
        <input
          id="api-key"
          class="field"
          type="password"
          autocomplete="off"
          autofocus
          aria-describedby="api-key-mistake"
          spellcheck={false}
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button class="button" type="submit">
          Continue
        </button>
      </div>
      <p id="api-key-mistake" role="alert">
        {mistake}
      </p>
      <AboutKeys />
    </form>
  );
}

function AboutKeys() {
  return (
    <p class="muted">
      It is sent with each request, never in an address, and is kept until this tab is closed.{' '}
      <code>npm run keys -- create page --scopes read,subscribe,operate</code> makes one: without <code>subscribe</code>{' '}
      the page asks for changes every few seconds, without <code>operate</code> it shows no received bytes and sends no
      sample.
    </p>
  );
}
