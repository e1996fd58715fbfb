const vagueTexts: readonly RegExp[] = [
  /\bworks?(?: (?:well|correctly|properly|fine|as expected))?(?=$|[.,;!])/i,
  /\bhandles? (?:all )?(?:the )?(?:errors?|edge cases?)\b/i,
  /\betc\b\.?/i,
  /\bTBD\b/,
  /\bTODO\b/,
  /\bappropriate(?:ly)?\b/i,
  /\bproper(?:ly)?\b/i,
  /\bas (?:needed|necessary|expected)\b/i,
  /\band so on\b/i,
  /\buser[- ]friendly\b/i,
  /\brobust(?:ly)?\b/i,
  /\bclean(?:er)? code\b/i,
  /\bgood (?:quality|performance)\b/i,
];

const vagueVerbs: readonly string[] = [
  "improve",
  "enhance",
  "handle",
  "address",
  "look",
  "check",
  "investigate",
  "optimize",
  "optimise",
  "polish",
  "tweak",
  "misc",
  "various",
  "stuff",
  "fixes",
];

/** The words of a criterion that nobody can check, or `undefined`. */
export function vagueAcceptance(text: string): string | undefined {
  const shown = text.slice(0, 2000);
  for (const pattern of vagueTexts) {
    const match = pattern.exec(shown);
    if (match !== null) return match[0];
  }
  return undefined;
}

/** The first word of a title where it does not say what to do, or `undefined`. */
export function vagueVerb(title: string): string | undefined {
  const first = /^[A-Za-z]{1,20}/.exec(title.trim())?.[0] ?? "";
  return vagueVerbs.includes(first.toLowerCase()) ? first : undefined;
}
