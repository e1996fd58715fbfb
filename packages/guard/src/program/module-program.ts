/** The program that a script of an installed package is: `node_modules/rimraf/bin.js` is `rimraf`. */
export function moduleProgram(text: string): string | undefined {
  const found = /(?:^|\/)node_modules\/(?:\.bin\/)?((?:@[^/]+\/)?[^/]+)(?:\/.*)?$/.exec(text);
  if (found === null) return undefined;
  const file = text
    .slice(text.lastIndexOf("/") + 1)
    .replace(/\.[cm]?js$/, "")
    .replace(/^_/, "");
  const name = found[1] ?? "";
  return /^(?:bin|index|cli|main|run|entry)$/.test(file) ? name.slice(name.lastIndexOf("/") + 1) : file;
}
