import { fileURLToPath } from "node:url";
import { bundleSessionProgram } from "@breakwater/testkit";
import { diskFaults, MAY_MOUNT } from "./fault-disk.ts";
import { gitFaults } from "./fault-git.ts";
import { journalFaults } from "./fault-journal.ts";
import { playFault, type Fault, type Played } from "./fault-stage.ts";

/*
 * Breaks a machine under a running session, one fault at a time, and checks in which named state the session
 * ends (`docs/spec/end-states.md`). `tsx acceptance/faults.ts [WORD]` plays the faults whose name holds the
 * word; `--short` leaves out what needs mounts and repeats of one kind. Exits with 1 when a row is not as
 * expected.
 */

type Row = { readonly fault: Fault; readonly played: Played | string; readonly seconds: number };

async function main(word: string, short: boolean): Promise<number> {
  const program = await bundleSessionProgram(
    fileURLToPath(new URL("../packages/cli/src/session/session-program.test-support.ts", import.meta.url)),
  );
  const faults = [...diskFaults(), ...gitFaults(), ...journalFaults()].filter(
    ({ name, long }) => name.includes(word) && !(short && long === true),
  );
  if (!MAY_MOUNT && !short)
    process.stdout.write("Disks cannot be mounted here: a full disk is played by RLIMIT_FSIZE only.\n");
  let wrong = 0;
  for (const fault of faults) {
    const begun = Date.now();
    const played = await playFault(fault, program).catch((cause: unknown) => String(cause));
    const row = { fault, played, seconds: (Date.now() - begun) / 1_000 };
    const reasons = reasonsAgainst(row);
    if (reasons.length > 0) wrong += 1;
    const told = reasons.length > 0 && typeof played !== "string" ? played.told : [];
    process.stdout.write(`${lineOf(row, [...reasons, ...told])}\n`);
  }
  process.stdout.write(`${faults.length} faults, ${faults.length - wrong} as expected, ${wrong} not\n`);
  return wrong === 0 && faults.length > 0 ? 0 : 1;
}

function lineOf({ fault, played, seconds }: Row, reasons: readonly string[]): string {
  const [verdict, why] =
    reasons.length === 0 ? ["ok  ", ""] : ["FAIL", `\n       ${reasons.join("\n       ")}`];
  if (typeof played === "string") return `${verdict} ${fault.name}${why}`;
  const ends = played.stretches
    .map(({ end, exit }) => `${end === "" ? "killed" : end} (${exit})`)
    .join(" -> ");
  const lost = played.lost.length === 0 ? "nothing lost" : `LOST ${played.lost.length}`;
  return `${verdict} ${fault.name.padEnd(52)} ${ends.padEnd(44)} ${lost}  ${seconds.toFixed(1)} s${why}`;
}

function reasonsAgainst({ fault, played }: Row): readonly string[] {
  if (typeof played === "string") return [played];
  const { stretches, starts, lost, leftovers } = played;
  return [
    ...(stretches.length === fault.ends.length ? [] : [`${stretches.length} processes held the session`]),
    ...fault.ends.flatMap((end, index) => {
      const found = stretches[index]?.end ?? "nothing";
      return (typeof end === "string" ? found === end : end.test(found))
        ? []
        : [`end: ${found}, not ${String(end)}`];
    }),
    ...fault.exits.flatMap((exit, index) => {
      const found = stretches[index]?.exit ?? "none";
      const fits = typeof exit === "object" ? exit.some((each) => each === found) : exit === found;
      return fits ? [] : [`exit: ${found}, not ${String(exit)}`];
    }),
    ...(fault.starts === undefined || fault.starts === starts
      ? []
      : [`${starts} starts, not ${fault.starts}`]),
    ...lost.map((each) => `lost: ${each}`),
    ...leftovers.map((each) => `left over: ${each}`),
  ];
}

const words = process.argv.slice(2);
process.exitCode = await main(words.find((word) => word !== "--short") ?? "", words.includes("--short"));
