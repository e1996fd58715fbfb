import { coversAll } from "../scope/glob-cover.ts";
import { globBelow } from "../scope/glob.ts";
import { quoteName } from "../scope/path-name.ts";
import { protectedName } from "../scope/protected-name.ts";
import { scopeAllows, type Scope } from "../scope/scope.ts";

/**
 * Why a symbolic link is held: a later write through it would land where its task may not write.
 *
 * The target is judged as text, from the folder of the link. A target that goes up after it went down is held
 * as well, because the folder in between may be a link itself.
 */
export function faultOfLink(
  link: { readonly path: string; readonly linkTarget?: string },
  scope: Scope,
): { readonly rule: string; readonly message: string } | undefined {
  const target = link.linkTarget;
  if (target === undefined || target === "") return held(link.path, "has no target that could be read");
  const shown = quoteName(target);
  if (target.startsWith("/")) return held(link.path, `points to the absolute path ${shown}`);
  const landing = landingOf(link.path, target);
  if (landing === "outside") return held(link.path, `points out of the repository, to ${shown}`);
  if (landing === "unclear") return held(link.path, `points to ${shown}, which goes up again after a folder`);
  const protection = protectedName(landing.path);
  const verdict = landing.path === "" ? undefined : scopeAllows(scope, landing.path);
  if (verdict?.kind === "allowed") return undefined;
  if (protection !== undefined) return held(link.path, `points to ${shown}, which is ${protection.what}`);
  if (verdict?.kind === "denied" && verdict.rule === "scope:unsafe-name")
    return held(link.path, `points to ${shown}, which is no plain path`);
  if (coversAll(scope.globs, globBelow(landing.path))) return undefined;
  return held(link.path, `points to ${shown}, which is outside the scope`);
}

function held(path: string, text: string): { readonly rule: string; readonly message: string } {
  return { rule: "audit:link", message: `the symbolic link ${path} ${text}` };
}

function landingOf(from: string, target: string): "outside" | "unclear" | { readonly path: string } {
  const names = from.split("/").slice(0, -1);
  let wentDown = false;
  for (const name of target.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") {
      names.push(name);
      wentDown = true;
    } else if (wentDown) return "unclear";
    else if (names.pop() === undefined) return "outside";
  }
  return { path: names.join("/") };
}
