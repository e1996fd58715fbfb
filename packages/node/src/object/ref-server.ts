import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { gitFailure } from "../git/git-failure.ts";
import { openResidentGit } from "./resident-git.ts";

/** One move of one ref; `from` is the id that it must have, all zeros where it must not exist, absent for any. */
export type RefOrder = { readonly ref: string; readonly to: string; readonly from?: string };

/** Refs reach the disk before git answers, since a fact that names them is stored next. */
const DURABLE = [["core.fsync", "reference"]] as const;

const servers = new Map<string, RefServer>();

/**
 * Moves a ref by the one `git update-ref` that serves a repository in this process. A move that git refuses
 * is a failure, and so is every other that was under way; the next one starts a new process. Never throws.
 */
export function moveRef(context: GitContext, order: RefOrder): Promise<Result<void>> {
  const known = servers.get(context.commonDir);
  const server = known?.isOpen() === true ? known : openServer(context);
  servers.set(context.commonDir, server);
  return server.move(order);
}

type RefServer = {
  readonly isOpen: () => boolean;
  readonly move: (order: RefOrder) => Promise<Result<void>>;
};

type Waiting = { readonly order: RefOrder; readonly settle: (answer: Result<void>) => void };

/** One transaction after the other: git ends at the first that it refuses, and nothing else is lost with it. */
function openServer(context: GitContext): RefServer {
  const waiting: Waiting[] = [];
  let printed = "";
  const next = (): void => {
    const first = waiting[0];
    child.wait(first !== undefined);
    if (first !== undefined) child.send(transaction(first.order));
  };
  const onData = (chunk: Buffer): void => {
    printed = `${printed}${chunk.toString("latin1")}`.slice(-256);
    if (!printed.endsWith("commit: ok\n")) return;
    printed = "";
    waiting.shift()?.settle(ok(undefined));
    next();
  };
  const child = openResidentGit(context, {
    args: ["update-ref", "--no-deref", "--stdin"],
    overrides: DURABLE,
    onData,
    onEnd: (end) => {
      const [refused, ...others] = waiting.splice(0);
      refused?.settle(fail(gitFailure("update-ref", end)));
      for (const { order, settle } of others) void moveRef(context, order).then(settle);
    },
  });
  return {
    isOpen: child.isOpen,
    move: (order) =>
      new Promise((settle) => {
        waiting.push({ order, settle });
        if (waiting.length === 1) next();
      }),
  };
}

function transaction({ ref, to, from }: RefOrder): string {
  return `start\nupdate ${ref} ${to}${from === undefined ? "" : ` ${from}`}\nprepare\ncommit\n`;
}
