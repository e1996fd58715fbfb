import type { JsonObject } from "../json-shape.ts";

const TEXT_OR_NOTHING: JsonObject = { type: ["string", "null"] };

/**
 * The shape of the final report as the Responses API takes it: every field is required, so what does not
 * apply is null or empty. `readReportText` reads it.
 */
export const CODEX_REPORT_SCHEMA: JsonObject = {
  type: "object",
  additionalProperties: false,
  required: ["status", "summary", "remaining", "findings", "questions"],
  properties: {
    status: { type: "string", enum: ["done", "no-op", "partial", "failed"] },
    summary: { type: "string", description: "What is done now; for failed: why it could not be done." },
    remaining: { ...TEXT_OR_NOTHING, description: "Only for partial: what is left to do." },
    findings: {
      type: "array",
      description: "Only for read-only tasks: what was found.",
      items: {
        type: "object",
        additionalProperties: false,
        required: ["claim", "paths", "check"],
        properties: {
          claim: { type: "string" },
          paths: { type: "array", items: { type: "string" } },
          check: { ...TEXT_OR_NOTHING, description: "A command that exits 0 where the claim holds." },
        },
      },
    },
    questions: {
      type: "array",
      items: { type: "string" },
      description: "What only a person can decide, with the candidates.",
    },
  },
};
