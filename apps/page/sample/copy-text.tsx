import { useState } from 'preact/hooks';

interface CopyTextProps {
  readonly text: string;
  /** What the button says. Default: Copy. */
  readonly label?: string;
}

/** A text to copy, in whole, with its button. */
export function CopyText({ text, label = 'Copy' }: CopyTextProps) {
  return (
    <div class="copy">
      <pre>
        <bdi>{text}</bdi>
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}

/** Copies a text; says so for a moment. */
export function CopyButton({ text, label = 'Copy' }: CopyTextProps) {
  const [said, setSaid] = useState<string | null>(null);
  const copy = (): void => {
    const say = (words: string): void => {
      setSaid(words);
      setTimeout(() => setSaid(null), 2000);
    };
    copyText(text).then(
      () => say('Copied'),
      () => say('Select it, and copy it by hand'),
    );
  };
  return (
    <>
      <button class="button button-small" type="button" onClick={copy}>
        {said ?? label}
      </button>
      <span class="hidden" role="status">
        {said}
      </span>
    </>
  );
}

/** Over plain HTTP from another machine browsers have no clipboard. */
async function copyText(text: string): Promise<void> {
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) throw new Error('no clipboard');
  await clipboard.writeText(text);
}
