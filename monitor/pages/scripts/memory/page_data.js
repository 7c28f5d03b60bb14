// What the page came with: the agent, the rules, the dispositions and the cases.
import { dataOf } from "../shared/elements.js";

const page = dataOf("page-data");
const dispositions = new Map(page.dispositions.map((entry) => [entry.code, entry]));
const cases = new Map(page.cases.map((entry) => [entry.id, entry]));

const wordsOf = (code) => dispositions.get(code)?.words ?? code;
const meaning = (attempt) => dispositions.get(attempt.disposition) ?? {};

export { cases, dispositions, meaning, page, wordsOf };
