import type { CommandSpec } from "./command-spec.ts";
import type { ExitCode } from "./exit-code.ts";
import type { ProgramPorts } from "./process-ports.ts";
import { REGISTRY } from "./registry.ts";
import { runCommandLine } from "./run-program.ts";

/** What a test says about the outside; the rest is a pipe of 80 columns without an environment. */
export type CapturedSetting = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly tty?: boolean;
  readonly stdin?: string;
  readonly width?: number;
  readonly now?: Date;
  readonly specs?: readonly CommandSpec[];
};

export type CapturedRun = {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
};

/** For tests: runs a command line as the programme would, in this process, and keeps what it writes. */
export async function runCaptured(
  argv: readonly string[],
  setting: CapturedSetting = {},
): Promise<CapturedRun> {
  const { ports, stdout, stderr } = capturedPorts(setting);
  const code = await runCommandLine(argv, ports, setting.specs ?? REGISTRY);
  return { code, stdout: stdout.join(""), stderr: stderr.join("") };
}

/** For tests: ports whose output is kept. */
export function capturedPorts(setting: CapturedSetting): {
  readonly ports: ProgramPorts;
  readonly stdout: string[];
  readonly stderr: string[];
} {
  const isTty = setting.tty === true;
  const stdout: string[] = [];
  const stderr: string[] = [];
  const ports: ProgramPorts = {
    cwd: setting.cwd ?? process.cwd(),
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...setting.env },
    version: "0.0.0-test",
    now: () => setting.now ?? new Date("2026-01-02T03:04:05.000Z"),
    stdin: { isTty, readAll: async () => setting.stdin ?? "" },
    stdout: { isTty, closed: false, write: (text) => void stdout.push(text) },
    stderr: { isTty, closed: false, write: (text) => void stderr.push(text) },
    width: setting.width ?? 80,
    height: 24,
  };
  return { ports, stdout, stderr };
}
