import type { Arg } from "./arg.ts";
import type { Shell } from "./shell.ts";
import { valueOf } from "./variable.ts";

const BLANKS = /[ \t\n]+/;

/** Collects the fields of one word; unquoted blanks end a field. */
export class Fields {
  private readonly done: Arg[] = [];
  private text = "";
  private glob = false;
  private open = false;

  add(text: string): void {
    this.text += text;
    this.open = true;
  }

  addGlob(text: string): void {
    this.add(text);
    this.glob = true;
  }

  split(text: string, separators: RegExp): void {
    const pieces = text.split(separators);
    pieces.forEach((piece, at) => {
      if (at > 0) this.end();
      if (piece === "") return;
      if (/[*?]/.test(piece)) this.addGlob(piece);
      else this.add(piece);
    });
  }

  end(): void {
    if (this.open) this.done.push({ text: this.text, glob: this.glob });
    this.text = "";
    this.glob = false;
    this.open = false;
  }

  finish(): readonly Arg[] {
    this.end();
    return this.done;
  }

  joined(): string {
    return this.finish()
      .map((arg) => arg.text)
      .join(" ");
  }
}

/** What ends a field: blanks, unless the command sets others. */
export function separatorsOf(shell: Shell): RegExp {
  if (!shell.state.variables.has("IFS")) return BLANKS;
  const signs = Array.from(valueOf("IFS", shell)).map(
    (sign) => `\\u{${(sign.codePointAt(0) ?? 32).toString(16)}}`,
  );
  return signs.length === 0 ? /(?!)/ : new RegExp(`[${signs.join("")}]+`, "u");
}
