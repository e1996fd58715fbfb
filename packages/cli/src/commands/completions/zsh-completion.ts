import type { OptionSpec } from "../../command-spec.ts";
import type { CompletionRow, CompletionTable } from "./completion-table.ts";

/** Completions for zsh, to be sourced after `compinit`. */
export function zshCompletions({ rows, heads, families }: CompletionTable): string {
  const headItems = heads.map((head) => {
    const summary = rows.find(({ name }) => name === head)?.summary ?? `commands of ${head}`;
    return quoted(`${head}:${summary.replaceAll(":", "\\:")}`);
  });
  const familyCases = [...families].map(([head, tails]) => {
    const items = tails.map((tail) => {
      const summary = rows.find(({ name }) => name === `${head} ${tail}`)?.summary ?? "";
      return quoted(`${tail}:${summary.replaceAll(":", "\\:")}`);
    });
    return `    ${head}) words_below=(${items.join(" ")}) ;;`;
  });
  return `#compdef breakwater
# breakwater completions for zsh
_breakwater() {
  local -a heads words_below
  local command="$words[2]"
  if (( CURRENT == 2 )); then
    heads=(${headItems.join(" ")})
    _describe command heads
    return
  fi
  case "$words[2]" in
${familyCases.join("\n")}
  esac
  if (( CURRENT == 3 && $#words_below )); then
    _describe command words_below
    return
  fi
  if (( $#words_below )); then command="$words[2] $words[3]"; fi
  case "$command" in
${rows.map(argumentCase).join("\n")}
  esac
}
compdef _breakwater breakwater
`;
}

function argumentCase({ name, options, words, files }: CompletionRow): string {
  const rest =
    words.length > 0 ? [quoted(`*:word:(${words.join(" ")})`)] : files ? [quoted("*:file:_files")] : [];
  return `    ${quoted(name)}) _arguments -s ${[...options.map(optionText), ...rest].join(" ")} ;;`;
}

function optionText(option: OptionSpec): string {
  const summary = option.summary.replace(/[[\]:]/g, " ");
  const many = option.repeat === true ? "*" : "";
  if (option.value === undefined) return quoted(`${many}--${option.name}[${summary}]`);
  const values =
    option.choices !== undefined
      ? `(${option.choices.join(" ")})`
      : option.complete === "file"
        ? "_files"
        : option.complete === "folder"
          ? "_files -/"
          : "";
  return quoted(`${many}--${option.name}=[${summary}]:${option.value.toLowerCase()}:${values}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
