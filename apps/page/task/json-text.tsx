import type { ComponentChildren } from 'preact';
import { CopyButton } from '../sample/copy-text';
import { jsonTokens } from './json-tokens';

interface JsonTextProps {
  readonly title: string;
  readonly value: unknown;
  /** Beside its title. */
  readonly children?: ComponentChildren;
}

/** Longer texts are shown without marks, characters. */
const MOST_MARKED = 60_000;

/** A value as JSON, as it is, to read and to copy; the names of members stand back behind the values. */
export function JsonText({ title, value, children }: JsonTextProps) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <section class="json">
      <header>
        <h3>{title}</h3>
        {children}
        <CopyButton text={text} />
      </header>
      <pre tabIndex={0} role="region" aria-label={title}>
        {text.length > MOST_MARKED ? <bdi>{text}</bdi> : <Marked text={text} />}
      </pre>
    </section>
  );
}

/** Each text is isolated, so that one from right to left turns nothing else round. */
function Marked({ text }: { readonly text: string }) {
  return (
    <>
      {jsonTokens(text).map(({ kind, text: part }, at) =>
        kind === 'text' ? (
          <bdi key={at}>{part}</bdi>
        ) : kind === 'other' ? (
          part
        ) : (
          <span key={at} class={`json-${kind}`}>
            {part}
          </span>
        ),
      )}
    </>
  );
}
