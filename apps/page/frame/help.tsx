import { useRef } from 'preact/hooks';
import { apiKey, forgetKey, keyWanted } from '../api/key';
import { useShared } from '../api/store';
import { useKeys } from './keys';

const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'Search'],
  ['j  k', 'Next and previous task; in a task, event'],
  ['Enter', 'Open the task'],
  ['n', 'Show new tasks'],
  ['u', 'Back to the list'],
  ['?', 'This help'],
  ['Esc', 'Close it, or leave the search'],
];

/** The keys that the page knows; `?` opens it. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = (): void => dialog.current?.showModal();
  const hasKey = useShared(apiKey) !== null;
  const forget = (): void => {
    dialog.current?.close();
    forgetKey();
    keyWanted.set('The key was forgotten in this tab.');
  };
  useKeys({ '?': open });
  return (
    <>
      <button class="help-button" type="button" onClick={open} aria-label="Keys" title="Keys (?)">
        ?
      </button>
      <dialog ref={dialog} class="help" aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <KeyList />
        <div class="field-row">
          <button class="button" type="button" onClick={() => dialog.current?.close()}>
            Close
          </button>
          {hasKey && (
            <button class="button" type="button" onClick={forget}>
              Forget the key
            </button>
          )}
        </div>
      </dialog>
    </>
  );
}

function KeyList() {
  return (
    <dl>
      {KEYS.map(([key, meaning]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
