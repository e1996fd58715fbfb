import { fail, ok } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import type { GitContext } from "../git/git-context.ts";
import { gitFailure } from "../git/git-failure.ts";
import { createReplyParser } from "./reply-parser.ts";
import type { ObjectReply } from "./reply-parser.ts";
import { openResidentGit } from "./resident-git.ts";

/** What is asked of an object: all of it, or its kind and size alone. */
export type ObjectQuestion = { readonly ask: "contents" | "info"; readonly id: string };

/** An object that is read as a whole may have this many bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

const servers = new Map<string, ObjectServer>();

/**
 * Asks the one `git cat-file` that serves a repository in this process; it is started by the first question
 * and ends by itself. Answers come in the order of the questions; `undefined` stands for an object that is
 * not there. Never throws. A server that breaks fails the questions under way, and the next one starts anew.
 */
export function askObject(
  context: GitContext,
  question: ObjectQuestion,
): Promise<Result<ObjectReply | undefined>> {
  const known = servers.get(context.commonDir);
  const server = known?.isOpen() === true ? known : openServer(context);
  servers.set(context.commonDir, server);
  return server.ask(question);
}

type ObjectServer = {
  readonly isOpen: () => boolean;
  readonly ask: (question: ObjectQuestion) => Promise<Result<ObjectReply | undefined>>;
};

type Waiting = {
  readonly withContents: boolean;
  readonly settle: (answer: Result<ObjectReply | undefined>) => void;
};

function openServer(context: GitContext): ObjectServer {
  const waiting: Waiting[] = [];
  const parser = createReplyParser({
    maxBytes: MAX_BYTES,
    withContents: () => waiting[0]?.withContents ?? false,
    onReply: (reply) => {
      waiting.shift()?.settle(ok(reply));
      child.wait(waiting.length > 0);
    },
    onExcess: () => child.close({ kind: "too-much-output", maxBytes: MAX_BYTES }),
  });
  const child = openResidentGit(context, {
    args: ["cat-file", "--batch-command"],
    onData: parser,
    onEnd: (end) => {
      for (const each of waiting.splice(0)) each.settle(fail(gitFailure("cat-file", end)));
    },
  });
  return {
    isOpen: child.isOpen,
    ask: (question) =>
      new Promise((settle) => {
        waiting.push({ withContents: question.ask === "contents", settle });
        child.send(`${question.ask} ${question.id}\n`);
        child.wait(true);
      }),
  };
}
