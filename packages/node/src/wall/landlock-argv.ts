import type { WallPart, WallProfile } from "./wall-profile.ts";
import { liesIn } from "./wall-shape.ts";

/** How the launcher is called. `inside`: bubblewrap stands around it and hides what must be hidden. */
export type LandlockCall = {
  readonly launcher: string;
  readonly inside: boolean;
  readonly command: readonly string[];
  /** The names in a folder; none where it cannot be read. Asked only where Landlock stands alone. */
  readonly list: (folder: string) => readonly string[];
  /** Whether this tier leaves the network by a namespace of its own. */
  readonly cutsNetwork: boolean;
};

/** The words that make the launcher restrict itself to a profile and become a command. */
export function landlockArgv(profile: WallProfile, call: LandlockCall): readonly [string, ...string[]] {
  const { launcher, inside, command, list, cutsNetwork } = call;
  const alone = inside ? [] : ["--die-with-parent"];
  const network = !inside && cutsNetwork && profile.network === "none" ? ["--net-none"] : [];
  const rules = inside ? innerRules(profile) : loneRules(profile.parts, list);
  return [launcher, ...alone, ...network, ...rules.flatMap(ruleWords), "--", ...command];
}

/** One thing that Landlock allows; everything else is refused. */
export type LandlockRule = { readonly access: "read" | "write"; readonly path: string };

/** Inside, reading is bubblewrap's matter; writing is held a second time. */
function innerRules({ parts }: WallProfile): readonly LandlockRule[] {
  const writable = parts.filter((part) => part.kind === "writable" || part.kind === "scratch");
  const paths = [...writable.map(({ at }) => at), "/dev", "/proc"];
  return [{ access: "read", path: "/" }, ...paths.map((path) => ({ access: "write", path }) as const)];
}

/**
 * The rules where nothing stands around: Landlock only ever allows, so what lies beside a hidden folder is
 * allowed name by name. A name that appears later beside it is therefore hidden too.
 */
export function loneRules(
  parts: readonly WallPart[],
  list: (folder: string) => readonly string[],
): readonly LandlockRule[] {
  const rules: LandlockRule[] = [];
  const visit = (path: string): void => {
    const part = parts.find(({ at }) => at === path) ?? { kind: "read-only" };
    const below = parts.filter(({ at }) => at !== path && liesIn(at, path));
    const opened = below.some(hides);
    rules.push(...rulesOf(part, path, opened));
    if (part.kind !== "read-only" || !opened) for (const each of outermostParts(below)) visit(each.at);
    else for (const name of list(path)) visit(path === "/" ? `/${name}` : `${path}/${name}`);
  };
  visit("/");
  return rules;
}

/** Whether less is to be seen at a place than lies there. */
function hides(part: WallPart): boolean {
  return !("from" in part) || part.from !== part.at;
}

/** `opened` says that a folder is gone through name by name, because something in it is hidden. */
function rulesOf(
  part: Pick<WallPart, "kind"> | WallPart,
  path: string,
  opened: boolean,
): readonly LandlockRule[] {
  switch (part.kind) {
    case "read-only":
      return opened ? [] : [{ access: "read", path }];
    case "writable":
      return [{ access: "write", path: "from" in part ? part.from : path }];
    case "devices":
      return DEVICES.map((name) => ({ access: "write", path: `${path}/${name}` }) as const);
    case "processes":
      return [{ access: "read", path }];
    case "scratch":
    case "empty":
    case "blank":
      return [];
  }
}

const DEVICES = ["null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts"];

function outermostParts(parts: readonly WallPart[]): readonly WallPart[] {
  return parts.filter((part) => !parts.some((other) => other !== part && liesIn(part.at, other.at)));
}

function ruleWords({ access, path }: LandlockRule): readonly string[] {
  return [`--${access}`, path];
}
