import { faultOfWrite, faultyCharacter, protectedName, type ProtectedRule } from "@breakwater/core";
import type { GuardContext } from "../policy.ts";
import type { RuleId } from "../rule/registry.ts";
import type { Finding } from "../verdict.ts";
import { below, normalPath, pathIn, resolvePath } from "./resolve-path.ts";

/** What happens to the path: a file's content, a folder, or only the name. */
export type WriteKind = "file" | "folder" | "entry";

const LONGEST_PATH = 4096;
const LONGEST_NAME = 255;

/**
 * Why a path may not be written, or `undefined` where it may.
 *
 * The path is judged as the kernel opens it; where it holds `..`, its reading as text must agree. Protected
 * names count in both readings (`docs/spec/guard.md`, "Paths").
 */
export function judgeWrite(
  text: string,
  context: GuardContext,
  options: { readonly directory: string; readonly kind: WriteKind },
): Finding | undefined {
  const malformed = faultOfText(text);
  if (malformed !== undefined) return malformed;
  const path = pathIn(options.directory, text);
  const lexical = normalPath(path);
  const dotted = text.split("/").includes("..");
  const place = placeOf(lexical, context);
  const secret = protectionOf(place.name);
  if (secret?.unlock === "never")
    return refuse(ruleOfProtection(secret), text, `${secret.name} is ${secret.what}`);
  if (dotted) {
    const fault = faultOfPlace(place, context);
    if (fault !== undefined)
      return refuse(
        fault.rule === "absolute" || fault.rule === "out-of-scope" ? "traversal" : fault.rule,
        text,
        fault.message,
      );
  }
  return judgeResolved({ text, path, lexical, kind: options.kind }, context);
}

function judgeResolved(
  target: {
    readonly text: string;
    readonly path: string;
    readonly lexical: string;
    readonly kind: WriteKind;
  },
  context: GuardContext,
): Finding | undefined {
  const { text, lexical, kind } = target;
  if (kind === "file" && /\/\.{0,2}$/.test(text))
    return refuse("length", text, "the path can only be a folder");
  const opened = resolvePath(target.path, context.view);
  if (opened.kind === "fault") {
    const rule = opened.fault === "below-a-file" ? "length" : "symlink";
    const lexicalFault = faultOfPlace(placeOf(lexical, context), context);
    return refuse(lexicalFault?.rule ?? rule, text, `the path cannot be followed (${opened.fault})`);
  }
  const linked = opened.path !== lexical && !sameThroughRoot(opened.path, lexical, context);
  const fault = faultOfPlace(placeOf(opened.path, context), context);
  if (fault !== undefined) return refuse(linked ? "symlink" : fault.rule, text, fault.message);
  if (kind === "folder") return undefined;
  const found = context.view.kind(opened.path);
  if (kind === "file" && found === "directory") return refuse("length", text, "the path is a folder");
  if (found === "other") return refuse("absolute", text, "the path is a device, pipe or socket");
  if (found === "file" && context.view.linkCount(opened.path) > 1)
    return refuse("hardlink", text, "the file has more than one name");
  return undefined;
}

/** Whether both paths differ only because the workspace itself is reached through a link. */
function sameThroughRoot(opened: string, lexical: string, context: GuardContext): boolean {
  return placeOf(opened, context).key === placeOf(lexical, context).key;
}

/** Where an absolute, normalised path lies. `name` is relative to the area it lies in. */
type Place = {
  readonly area: "workspace" | "scratch" | "elsewhere";
  readonly name: string;
  readonly key: string;
};

function placeOf(path: string, context: GuardContext): Place {
  const { root, tmp } = context.policy;
  for (const [area, folder] of [
    ["workspace", root],
    ["scratch", tmp],
  ] as const) {
    const name = below(folder, path) ?? below(realFolder(folder, context), path);
    if (name !== undefined) return { area, name, key: `${area}:${name}` };
  }
  return { area: "elsewhere", name: path, key: path };
}

function realFolder(folder: string, context: GuardContext): string {
  const real = resolvePath(folder, context.view);
  return real.kind === "resolved" ? real.path : folder;
}

function faultOfPlace(place: Place, context: GuardContext): { rule: RuleId; message: string } | undefined {
  const protection = protectionOf(place.name);
  if (place.area === "scratch") {
    if (protection?.kind === "git")
      return { rule: "git-internals", message: "repository internals in scratch" };
    return place.name === "" ? { rule: "absolute", message: "the scratch directory itself" } : undefined;
  }
  if (place.area === "elsewhere") {
    if (protection?.kind === "git") return { rule: "git-internals", message: `${place.name} is part of git` };
    return { rule: "absolute", message: `${place.name} is outside the workspace` };
  }
  const fault = faultOfWrite(context.policy.grant, place.name);
  if (fault === undefined) return undefined;
  if (fault.rule === "scope:void") return { rule: "invalid-scope", message: fault.message };
  if (fault.rule === "scope:unsafe-name" && place.name !== "")
    return { rule: "unicode", message: fault.message };
  return {
    rule: protection === undefined ? "out-of-scope" : ruleOfProtection(protection),
    message: fault.message,
  };
}

/** Scratch and foreign folders are protected by the names inside them, the workspace by all its names. */
function protectionOf(name: string): ProtectedRule | undefined {
  return protectedName(name);
}

function ruleOfProtection(protection: ProtectedRule): RuleId {
  return protection.kind === "git" && protection.name !== ".gitconfig" ? "git-internals" : "guard-files";
}

function faultOfText(text: string): Finding | undefined {
  if (text.length > LONGEST_PATH) return refuse("length", text.slice(0, 80), "the path is too long");
  if (text.trim() === "") return refuse("length", text, "the path is empty");
  const encoder = new TextEncoder();
  if (text.split("/").some((name) => encoder.encode(name).length > LONGEST_NAME))
    return refuse("length", text.slice(0, 80), "a name in the path is too long");
  if (/^(?:~|\$[A-Za-z_{(]|[A-Za-z][A-Za-z0-9+.-]*:\/\/|[A-Za-z]:[\\/]|%[A-Za-z]+%|\\\\)/.test(text))
    return refuse("absolute", text, "the path begins with a home directory, variable, scheme or drive");
  const character = faultyCharacter(text);
  return character === undefined ? undefined : refuse("unicode", text, `the path ${character.text}`);
}

function refuse(rule: RuleId, path: string, step: string): Finding {
  return { decision: "deny", rule, step, path };
}
