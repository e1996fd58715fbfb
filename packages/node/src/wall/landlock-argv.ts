import type { WallProfile } from "./wall-profile.ts";

/** How the launcher is called. `inside`: bubblewrap stands around it and hides what must be hidden. */
export type LandlockCall = {
  readonly launcher: string;
  readonly inside: boolean;
  readonly command: readonly string[];
};

/** The words that make the launcher restrict itself to a profile and become a command. */
export function landlockArgv(
  profile: WallProfile,
  { launcher, inside, command }: LandlockCall,
): readonly [string, ...string[]] {
  const rules = inside ? innerRules(profile) : [];
  return [launcher, ...rules, "--", ...command];
}

/** Inside, reading is bubblewrap's matter; writing is held a second time. */
function innerRules(profile: WallProfile): readonly string[] {
  const writable = profile.parts.filter((part) => part.kind === "writable" || part.kind === "scratch");
  return [
    "--read",
    "/",
    ...[...writable.map(({ at }) => at), "/dev", "/proc"].flatMap((at) => ["--write", at]),
  ];
}
