import { useState } from 'preact/hooks';
import { enterKey } from '../api/key';

/** Asks for a key of the API. It is kept for this tab only, and is sent in a header field. */
export function KeyForm({ why }: { readonly why: string }) {
  const [key, setKey] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (key.trim() !== '') enterKey(key.trim());
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
          spellcheck={false}
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button class="button" type="submit">
          Continue
        </button>
      </div>
      <p class="muted">
        It is kept until this tab is closed. <code>npm run keys -- create page --scopes read,subscribe</code> makes one.
      </p>
    </form>
  );
}
