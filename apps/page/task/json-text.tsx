import { CopyButton } from '../sample/copy-text';

interface JsonTextProps {
  readonly title: string;
  readonly value: unknown;
}

/** A value as JSON, as it is, to read and to copy. */
export function JsonText({ title, value }: JsonTextProps) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <section class="json">
      <header>
        <h3>{title}</h3>
        <CopyButton text={text} />
      </header>
      <pre tabIndex={0} aria-label={title}>
        <bdi>{text}</bdi>
      </pre>
    </section>
  );
}
