/**
 * A text as a scalar of a YAML front matter: bare where it is a plain word that reads back as the same
 * text, else quoted as JSON, which YAML reads alike.
 */
export function yamlScalar(text: string): string {
  const bare = /^[\w\-./:+@]+$/u.test(text) && !READS_AS_OTHER.test(text);
  return bare ? text : JSON.stringify(text);
}

/** Null, booleans, numbers, times and dates, which a bare word must not be taken for, and openings of other YAML forms. */
const READS_AS_OTHER =
  /^(?:~|null|true|false|yes|no|on|off|y|n|[-+]?\.?\d[\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|[-+]?0[xob][\da-f_]+|[-+]?\.(?:inf|nan)|[-+\d.:_]+|\d{4}-\d\d?-\d\d?.*|-.*|@.*|.*:)$/iu;
