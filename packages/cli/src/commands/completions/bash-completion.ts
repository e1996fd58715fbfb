import type { CompletionRow, CompletionTable } from "./completion-table.ts";

/** Completions for bash 4 and newer. */
export function bashCompletions({ rows, heads, families }: CompletionTable): string {
  const familyCases = [...families].map(([head, tails]) => `    ${head}) words="${tails.join(" ")}" ;;`);
  return `# breakwater completions for bash
_breakwater() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local head="\${COMP_WORDS[1]}" tail="\${COMP_WORDS[2]}" words="" command
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${heads.join(" ")} --version --help" -- "$current"))
    return
  fi
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "$head" in
${familyCases.join("\n")}
    esac
    if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$current")); return; fi
  fi
  case "$head" in
    ${[...families.keys()].join("|")}) command="$head $tail" ;;
    *) command="$head" ;;
  esac
  case "$command:$previous" in
${rows.flatMap(valueCases).join("\n")}
  esac
  case "$command" in
${rows.map(wordCase).join("\n")}
  esac
}
complete -F _breakwater breakwater
`;
}

function valueCases({ name, options }: CompletionRow): readonly string[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return [];
    const pattern = `    "${name}:--${option.name}")`;
    if (option.choices !== undefined)
      return [`${pattern} COMPREPLY=($(compgen -W "${option.choices.join(" ")}" -- "$current")); return ;;`];
    if (option.complete === "file") return [`${pattern} COMPREPLY=($(compgen -f -- "$current")); return ;;`];
    if (option.complete === "folder")
      return [`${pattern} COMPREPLY=($(compgen -d -- "$current")); return ;;`];
    return [`${pattern} return ;;`];
  });
}

function wordCase({ name, options, words, files }: CompletionRow): string {
  const all = [...words, ...options.map((option) => `--${option.name}`)].join(" ");
  const plain = files ? ` $(compgen -f -- "$current")` : "";
  return `    "${name}") COMPREPLY=($(compgen -W "${all}" -- "$current")${plain}) ;;`;
}
