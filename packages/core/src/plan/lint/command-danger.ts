/** Longer command lines are cut before they are looked at; nobody types them. */
const longest = 4096;

const dangers: readonly { readonly pattern: RegExp; readonly text: string }[] = [
  { pattern: /\bgit\s(?:[^|;&\n]{0,200}\s)?push\b/, text: "pushes with git" },
  {
    pattern: /\b(?:curl|wget)\b[^;&\n]{0,500}\|\s*(?:sudo\s+)?(?:ba|z|da|k)?sh\b/,
    text: "runs a script from the network",
  },
  {
    pattern: />{1,2}\|?\s*["']?(?:\/(?!dev\/(?:null|stdout|stderr)\b)|~|\.\.\/|\$\{?HOME\b)/,
    text: "writes outside the repository",
  },
];

/**
 * Why a command must not be a check, as the end of a sentence, or `undefined`.
 *
 * A lint for honest mistakes, not a wall: what a command does is contained where it runs.
 */
export function dangerIn(command: string): string | undefined {
  const text = command.slice(0, longest);
  return dangers.find(({ pattern }) => pattern.test(text))?.text;
}

/** The program that a simple command line starts, without variables before it; `undefined` where unclear. */
export function programOf(command: string): string | undefined {
  const words = command.slice(0, longest).trim().split(/\s+/);
  const program = words.find((word) => !/^[A-Za-z_][A-Za-z0-9_]*=/.test(word));
  return program !== undefined && /^[A-Za-z0-9_./@+-]+$/.test(program) ? program : undefined;
}
