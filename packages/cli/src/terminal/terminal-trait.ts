/** What a terminal can show, told from its environment. */
export type TerminalTraits = { readonly color: boolean; readonly ascii: boolean };

/** Values of the environment that decide it; others are not looked at. */
export type TerminalEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * Colour and characters of a terminal. `NO_COLOR` (not empty) wins over `FORCE_COLOR`; without either it is
 * colour for a terminal that is not dumb. ASCII where the locale is not UTF-8.
 */
export function traitsOf(environment: TerminalEnvironment, isTerminal: boolean): TerminalTraits {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  const forced = isSet(FORCE_COLOR) && FORCE_COLOR !== "0";
  const color = !isSet(NO_COLOR) && (forced || (isTerminal && TERM !== "dumb" && FORCE_COLOR !== "0"));
  const locale = [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]].find(isSet) ?? "";
  return { color, ascii: !/utf-?8/iu.test(locale) };
}

const isSet = (value: string | undefined): value is string => value !== undefined && value !== "";
