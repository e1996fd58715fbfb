/** One line of a scenario as words; a text in double quotes is one word. */
export type Line = { readonly text: string; readonly words: readonly string[] };

/** A scenario file: its title, the lines above the rule and the text below it. */
export type Script = {
  readonly title: string;
  readonly head: string;
  readonly lines: readonly Line[];
  readonly expected: string;
};

/** Splits a scenario file at its rule; lines that begin with `#` are for people, the first is the title. */
export function readScript(text: string): Script {
  const [head = "", expected = ""] = text.split(/^---\n/m);
  const written = head
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const title = written.find((line) => line.startsWith("#"))?.replace(/^#\s*/, "") ?? "";
  const lines = written.filter((line) => !line.startsWith("#")).map(readLine);
  return { title, head, lines, expected };
}

/** Writes a scenario file with what came out below its rule. */
export function writeScript({ head }: Script, outcome: string): string {
  return `${head}---\n${outcome}`;
}

function readLine(text: string): Line {
  const words = [...text.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? "");
  return { text, words };
}

/** The member of a closed list that a word names; throws where the scenario is written wrongly. */
export function oneOf<Word extends string>(words: readonly Word[], text: string | undefined): Word {
  const found = words.find((word) => word === text);
  if (found === undefined)
    throw new Error(`Reading a scenario: "${text ?? ""}" is none of ${words.join(", ")}`);
  return found;
}

/** A list written with commas, without empty members. */
export const listOf = (text: string | undefined): readonly string[] =>
  (text ?? "").split(",").filter((each) => each !== "");

/** The word after a keyword, if the keyword is there. */
export function after(words: readonly string[], keyword: string): string | undefined {
  const place = words.indexOf(keyword);
  return place === -1 ? undefined : words[place + 1];
}

/** The words after each occurrence of a keyword. */
export const afterEach = (words: readonly string[], keyword: string): readonly string[] =>
  words.flatMap((word, index) => (word === keyword ? [words[index + 1] ?? ""] : []));

/** The number after a keyword, if the keyword is there. */
export function numberAfter(words: readonly string[], keyword: string): number | undefined {
  const text = after(words, keyword);
  return text === undefined ? undefined : Number(text);
}
