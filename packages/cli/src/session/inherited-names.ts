/**
 * Names of variables that the user lets agent clients inherit, besides the usual ones: `BREAKWATER_INHERIT`,
 * separated by commas or blanks. Their values are never stored. What is no name is left out.
 */
export function inheritedNames(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const names = (env["BREAKWATER_INHERIT"] ?? "").split(/[\s,]+/u);
  return [...new Set(names)].filter((name) => /^[A-Za-z_]\w*$/u.test(name));
}
