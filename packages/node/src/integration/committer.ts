import { fail, ok } from "@breakwater/core";
import type { Failure, Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { fileGit } from "./engine-git.ts";

/** Who a commit is by, as git knows the person. */
export type Identity = { readonly name: string; readonly email: string };

/** The person whose commits `close` writes, and whether they sign what they commit. */
export type Committer = { readonly identity: Identity; readonly sign: boolean };

/**
 * Reads who the person is and whether they sign, from the environment and from the config that applies in
 * their checkout. Nobody is guessed from a host name: without a name and an address it fails with BW728.
 */
export async function readCommitter(context: GitContext): Promise<Result<Committer>> {
  const strict = {
    ...context,
    overrides: [...(context.overrides ?? []), ["user.useConfigOnly", "true"] as const],
  };
  const env = inherited(["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL"]);
  const asked = await fileGit(strict, ["var", "GIT_AUTHOR_IDENT"], { env, okCodes: [0, 128] });
  if (!asked.ok) return asked;
  const [, name, email] =
    /^(.*?) ?<([^<>]*)> \d+ [+-]\d+$/.exec(asked.value.stdout.toString("utf8").trim()) ?? [];
  if (name === undefined || name === "" || email === undefined) return fail(unknownPerson());
  const sign = await signsCommits(context);
  return sign.ok ? ok({ identity: { name, email }, sign: sign.value }) : sign;
}

/** Variables that the person's signing program needs to find its keys and its agent. */
export function signingEnvironment(): Record<string, string> {
  return inherited([
    "GNUPGHOME",
    "GPG_TTY",
    "GPG_AGENT_INFO",
    "SSH_AUTH_SOCK",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "DBUS_SESSION_BUS_ADDRESS",
  ]);
}

/** Our own calls switch signing off as an override, so the answer is the last word of anybody else. */
async function signsCommits(context: GitContext): Promise<Result<boolean>> {
  const args = ["config", "--type=bool", "--show-scope", "--get-all", "commit.gpgSign"];
  const asked = await fileGit(context, args, { okCodes: [0, 1] });
  if (!asked.ok) return asked;
  const lines = asked.value.stdout.toString("utf8").split("\n");
  const theirs = lines.filter((line) => line !== "" && !line.startsWith("command\t"));
  return ok(theirs.at(-1)?.endsWith("\ttrue") ?? false);
}

function inherited(names: readonly string[]): Record<string, string> {
  const set = names.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(set);
}

function unknownPerson(): Failure {
  return {
    code: "BW728",
    message: "git does not know who you are, so the commits on your branch would have no author",
    why: "The commits that close writes are yours: they carry your name and address, never Breakwater's.",
    fix: 'Run git config user.name "Your Name" and git config user.email "you@example.org", then breakwater close.',
  };
}

/** The failure of a commit that could not be signed, with what the signing program said. */
export function notSigned(said: Failure): Failure {
  return {
    code: "BW729",
    message: `a commit could not be signed: ${said.message}`,
    why: "Your configuration (commit.gpgSign) asks for signed commits, so none is written without.",
    fix: "Unlock the key (git commit -S in a scratch repository shows whether it works), then run breakwater close.",
  };
}
