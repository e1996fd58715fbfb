import { below, resolvePath } from "../path/resolve-path.ts";
import { isOpaque, readable, SUPPLIED } from "../shell/arg.ts";
import { deny, type Shell } from "../shell/shell.ts";
import { secretPath } from "../tool/secret-path.ts";
import { absolute } from "./place.ts";

/** Judges reading a file by name; returns its absolute path where that is visible. */
export function judgeRead(text: string, shell: Shell): string | undefined {
  const path = absolute(text, shell);
  if (path === undefined) return judgeHiddenRead(text, shell);
  if (/^\/dev\/(?:fd\/|std)/.test(path)) return path;
  const secret = secretPath(path, shell.policy) ?? linkedSecret(path, shell) ?? suppliedSecret(path, shell);
  if (secret !== undefined) deny(shell, "secrets-read", secret, readable(text));
  return path;
}

/** Judges reading everything below a folder: a home directory holds credentials. */
export function judgeReadTree(text: string, shell: Shell): void {
  const path = judgeRead(text, shell);
  if (path !== undefined && holdsHome(path, shell))
    deny(shell, "secrets-read", `${path} holds credentials of a person`, readable(text));
}

/** Whatever is found somewhere below a home directory may be a credential. */
function suppliedSecret(path: string, shell: Shell): string | undefined {
  const at = path.indexOf(`/${SUPPLIED}`);
  return at >= 0 && holdsHome(path.slice(0, at) || "/", shell)
    ? `${readable(path)} may hold credentials of a person`
    : undefined;
}

function holdsHome(path: string, shell: Shell): boolean {
  const inside = below(shell.policy.home, path);
  if (inside !== undefined && /^\.(?:config|local|local\/share|cargo|gem|claude|codex|gemini)$/.test(inside))
    return true;
  return below(path, shell.policy.home) !== undefined || /^\/(?:(?:root|home)(?:\/[^/]+)?)?$/.test(path);
}

/** Where the head of a path is hidden, it may be the person's home. */
function judgeHiddenRead(text: string, shell: Shell): undefined {
  const tail = /^[\u0000\u0001]+(\/.*)$/.exec(text)?.[1];
  const secret =
    tail === undefined || isOpaque(tail) ? undefined : secretPath(shell.policy.home + tail, shell.policy);
  if (secret !== undefined) deny(shell, "secrets-read", secret, readable(text));
}

function linkedSecret(path: string, shell: Shell): string | undefined {
  if (isOpaque(path)) return undefined;
  const opened = resolvePath(path, shell.view);
  return opened.kind === "resolved" && opened.path !== path
    ? secretPath(opened.path, shell.policy)
    : undefined;
}
