const defaults = { greeting: "hello" };

/** The configuration with defaults filled in. */
export function read(given) {
  return { ...defaults, ...given };
}
