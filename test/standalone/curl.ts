/** A program for `node -e` that does what curl does with the words of our documentation: not every machine has curl. */
export const CURL = `
  const words = process.argv.slice(1);
  const file = words.find((word, place) => words[place - 1] === '--data-binary');
  const body = file && require('node:fs').readFileSync(file.slice(1));
  const headers = words.filter((word, place) => words[place - 1] === '-H').map((word) => word.split(': '));
  const isHead = words.includes('-sI');
  fetch(words.at(-1), { method: isHead ? 'HEAD' : body ? 'POST' : 'GET', body, headers })
    .then((answer) => isHead ? [...answer.headers].map((field) => field.join(': ')).join('\\n') : answer.text())
    .then((text) => console.log(text));
`;
