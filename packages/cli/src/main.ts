import { standardOutput } from "./process-ports.ts";
import { programVersion } from "./version.ts";

/** Starts the programme. What needs nothing but text is answered before anything else is loaded. */
async function main(argv: readonly string[]): Promise<void> {
  const [word] = argv;
  if (argv.length === 1 && (word === "--version" || word === "-V")) {
    return standardOutput().write(`${programVersion()}\n`);
  }
  if (argv.length === 1 && (word === "--help" || word === "-h" || word === "help")) {
    const { programHelp } = await import("./help/program-help.ts");
    return standardOutput().write(programHelp(word === "-h" ? "short" : "full"));
  }
  // A client waits for the hook before every call, and takes any code but 0 and 2 for no opinion.
  if (word === "hook") return (await import("./hook/run-hook.ts")).runHook(argv.slice(1));
  const { runProgram } = await import("./run-program.ts");
  await runProgram(argv);
}

void main(process.argv.slice(2));
