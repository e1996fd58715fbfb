import { fail, type Failure, ok, type Result, type RuntimeErrorClass } from "@breakwater/core";
import {
  isJsonObject,
  isTextList,
  type JsonObject,
  numberOf,
  oneOf,
  parseJson,
  present,
  textOf,
} from "../json-shape.ts";
import { CLAIM_KINDS, type Condition, type Script, type Step } from "./script.ts";
import { readLastWord } from "../claim.ts";

/**
 * Reads a script: a JSON list of steps, or an object with `steps` and `on-message`. The first key of a step
 * is its verb. A script with one bad step is refused as a whole; the failure is BW745 and names the step.
 */
export function readScript(text: string, file: string): Result<Script> {
  const json = parseJson(text);
  const body = Array.isArray(json) ? { steps: json } : json;
  if (!isJsonObject(body)) return fail(badScript(file, "it is neither a JSON list nor a JSON object"));
  const faults: string[] = [];
  const steps = readSteps(body.steps, "steps", faults);
  const onMessage =
    body["on-message"] === undefined ? undefined : readSteps(body["on-message"], "on-message", faults);
  const [first] = faults;
  if (first !== undefined) return fail(badScript(file, first));
  return ok({ steps, ...(onMessage === undefined ? {} : { onMessage }) });
}

function badScript(file: string, reason: string): Failure {
  return {
    code: "BW745",
    message: `the script ${file} cannot be played: ${reason}`,
    why: "A script is read as a whole before its first step, so that it never stops half-way by a typing error.",
    fix: "Correct the named step; docs/spec/adapter.md lists every verb with its keys.",
  };
}

function readSteps(value: unknown, at: string, faults: string[]): readonly Step[] {
  if (!Array.isArray(value)) {
    faults.push(`${at} is not a list`);
    return [];
  }
  return value.flatMap((item: unknown, index) => {
    const place = `${at}[${index}]`;
    const step = isJsonObject(item) ? readStep(item, place, faults) : undefined;
    if (step === undefined) faults.push(`${place} is not a step: ${JSON.stringify(item).slice(0, 120)}`);
    return step === undefined ? [] : [step];
  });
}

function readStep(item: JsonObject, place: string, faults: string[]): Step | undefined {
  const [verb = ""] = Object.keys(item);
  return (
    readToolStep(verb, item) ??
    readTalkStep(verb, item) ??
    readFaultStep(verb, item) ??
    readFlowStep(verb, item, (value, key) => readSteps(value, `${place}.${key}`, faults))
  );
}

/** A text, or a list of lines that makes a text which ends with a line end. */
function contentOf(value: unknown): string | undefined {
  return isTextList(value) ? value.map((line) => `${line}\n`).join("") : textOf(value);
}

function readToolStep(verb: string, item: JsonObject): Step | undefined {
  const subject = textOf(item[verb]);
  if (subject === undefined) return undefined;
  if (verb === "write" || verb === "smuggle") {
    const content = contentOf(item.content ?? "");
    return content === undefined ? undefined : { verb, path: subject, content };
  }
  if (verb === "edit") {
    const find = textOf(item.find);
    const replace = textOf(item.replace);
    return find === undefined || replace === undefined ? undefined : { verb, path: subject, find, replace };
  }
  if (verb === "delete") return { verb, path: subject };
  if (verb === "read") return { verb, path: subject, ...present({ offset: numberOf(item.offset) }) };
  return verb === "shell" || verb === "sneak" ? { verb, command: subject } : undefined;
}

function readTalkStep(verb: string, item: JsonObject): Step | undefined {
  const subject = item[verb];
  if (verb === "turn") return { verb };
  if (verb === "say" && typeof subject === "string") return { verb, text: subject };
  if (verb === "ask" && typeof subject === "string") return { verb, question: subject };
  if (verb === "spend" && isJsonObject(subject)) {
    return {
      verb,
      ...present({
        inputTokens: numberOf(subject.inputTokens),
        outputTokens: numberOf(subject.outputTokens),
        usd: numberOf(subject.usd),
      }),
    };
  }
  // A lie is a report of work that no step did; it has its own verb so that scripts say what they mean.
  if (verb === "lie" && typeof subject === "string") {
    return { verb: "report", claim: "done", text: subject, remaining: "", findings: [] };
  }
  return verb === "report" ? readReport(item) : undefined;
}

function readReport(item: JsonObject): Step | undefined {
  const claim = oneOf(item.report, CLAIM_KINDS);
  if (claim === undefined) return undefined;
  const findings = readLastWord(`\`\`\`findings\n${JSON.stringify(item.findings ?? [])}\n\`\`\`\n`).findings;
  const text = textOf(item.summary) ?? textOf(item.reason) ?? "";
  const review = isJsonObject(item.review) ? item.review : undefined;
  const remaining = textOf(item.remaining) ?? "";
  return { verb: "report", claim, text, remaining, findings, ...present({ review }) };
}

function readFaultStep(verb: string, item: JsonObject): Step | undefined {
  if (verb === "crash" || verb === "hang" || verb === "ignore-signals") return { verb };
  if (verb === "exit") return { verb, code: numberOf(item.exit) ?? 0 };
  const bytes = numberOf(item.flood);
  if (verb === "flood" && bytes !== undefined) return { verb, bytes };
  const errorClass = oneOf(item["provider-error"], ERROR_CLASSES);
  if (verb !== "provider-error" || errorClass === undefined) return undefined;
  const message = textOf(item.message) ?? "";
  return { verb, class: errorClass, message, ...present({ retryAfterMs: numberOf(item.retryAfterMs) }) };
}

export const ERROR_CLASSES: readonly RuntimeErrorClass[] = [
  "quota",
  "rate-limit",
  "auth",
  "billing",
  "overload",
  "network",
  "context-overflow",
  "refusal",
  "crash",
  "protocol",
];

type ReadInner = (value: unknown, key: string) => readonly Step[];

function readFlowStep(verb: string, item: JsonObject, inner: ReadInner): Step | undefined {
  const subject = item[verb];
  if (verb === "listen") return { verb };
  if (verb === "sleep" && typeof subject === "number") return { verb, ms: subject };
  if (verb === "wait" && typeof subject === "string") return { verb, name: subject };
  if (verb === "loop") {
    const times = subject === "forever" ? Number.POSITIVE_INFINITY : numberOf(subject);
    return times === undefined ? undefined : { verb, times, steps: inner(item.do, "do") };
  }
  const condition = readCondition(verb, item);
  if (condition === undefined) return undefined;
  const otherwise = item.else === undefined ? [] : inner(item.else, "else");
  return { verb: "if", condition, steps: inner(item.then ?? [], "then"), otherwise };
}

function readCondition(verb: string, item: JsonObject): Condition | undefined {
  const subject = item[verb];
  if (verb === "if-file" && typeof subject === "string") {
    return { kind: "file", path: subject, ...present({ contains: textOf(item.contains) }) };
  }
  if (verb !== "if-attempt" && verb !== "if-round") return undefined;
  const list: readonly unknown[] = Array.isArray(subject) ? subject : [subject];
  const numbers = list.flatMap((value) => numberOf(value) ?? []);
  if (numbers.length === 0) return undefined;
  return { kind: verb === "if-attempt" ? "attempt" : "round", numbers };
}
