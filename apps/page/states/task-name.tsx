/** Ids differ at their end, which has to be seen. */
const TAIL = 10;

/** A TaskId in one line: where it is too long, it is cut before its end. The whole id is on hover, and is what is copied. */
export function TaskName({ id }: { readonly id: string }) {
  const characters = Array.from(id);
  const head = characters.slice(0, -TAIL).join('');
  return (
    <bdi class="task-name" title={id}>
      <span class="task-name-head">{head}</span>
      <span class="task-name-tail">{characters.slice(-TAIL).join('')}</span>
    </bdi>
  );
}
