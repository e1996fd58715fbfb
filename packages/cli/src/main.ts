import { helpText } from "./help/root-help.ts";
import { REGISTRY } from "./registry.ts";
import { programVersion } from "./version.ts";

/** Starts the programme. What needs nothing but text is answered before anything else is loaded. */
function main(argv: readonly string[]): void {
  const quick = quickAnswer(argv);
  if (quick === undefined) return void start(argv);
  process.stdout.on("error", () => undefined);
  process.stdout.write(quick);
}

/** The answer to `--version` and `--help`, which need no command; `undefined` for everything else. */
function quickAnswer(argv: readonly string[]): string | undefined {
  if (argv.length !== 1) return undefined;
  const [word] = argv;
  if (word === "--version" || word === "-V") return `${programVersion()}\n`;
  if (word === "-h") return helpText(REGISTRY, "short");
  return word === "--help" || word === "help" ? helpText(REGISTRY, "full") : undefined;
}

async function start(argv: readonly string[]): Promise<void> {
  // A client waits for the hook before every call, and takes any code but 0 and 2 for no opinion.
  if (argv[0] === "hook") return (await import("./hook/run-hook.ts")).runHook(argv.slice(1));
  const { runProgram } = await import("./run-program.ts");
  await runProgram(argv);
}

main(process.argv.slice(2));
