import type { Failure, Result } from "@breakwater/core";

/** What a tool of ours answers: one text, which is JSON where the call went well. */
export type ToolAnswer = {
  readonly content: { type: "text"; text: string }[];
  readonly isError?: boolean;
};

/** More than this is more than a model should be handed at once. */
const MOST_ANSWER = 200_000;

/** The answer to a call; a failure is told with its code and its way out. */
export function toolAnswer(result: Result<object>): ToolAnswer {
  if (!result.ok) return refusal(result.failure);
  const text = JSON.stringify(result.value);
  return text.length <= MOST_ANSWER ? { content: [{ type: "text", text }] } : refusal(tooLong(text.length));
}

function refusal({ code, message, why, fix }: Failure): ToolAnswer {
  const parts = [
    `${code} ${message}`,
    ...(why === undefined ? [] : [why]),
    ...(fix === undefined ? [] : [fix]),
  ];
  return { content: [{ type: "text", text: parts.join("\n") }], isError: true };
}

function tooLong(length: number): Failure {
  return {
    code: "BW791",
    message: `the answer has ${length} characters, more than a tool may give`,
    fix: "Ask for less, or let the person look with the command of the same name.",
  };
}
