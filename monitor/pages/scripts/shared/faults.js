// What the desk says of an error of its own: words with a number to quote.
const NUMBERED = /\bE-[A-Z]{4}\b/;

// A proxy's words have no number, and would help nobody.
async function faultOf(answer) {
  const words = answer.status === 500 ? await answer.text().catch(() => "") : "";
  return NUMBERED.test(words) ? words.trim() : "";
}

export { faultOf };
