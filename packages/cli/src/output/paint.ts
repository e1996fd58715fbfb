/** The styles that texts of this programme have; colour never carries a meaning alone. */
const STYLES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof STYLES;

/** Puts a text into styles where `colour` says so. The text must be plain: escapes inside would end early. */
export function paint(text: string, colour: boolean, ...styles: readonly Style[]): string {
  if (!colour || text === "") return text;
  return styles.reduceRight((inner, style) => {
    const [on, off] = STYLES[style];
    return `\u001b[${on}m${inner}\u001b[${off}m`;
  }, text);
}
