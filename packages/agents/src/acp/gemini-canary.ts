import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CanaryModel } from "../canary.ts";

/** A model of Gemini's wire that asks for one write and then reports. */
export const GEMINI_CANARY: CanaryModel = {
  environment: ({ url, home }) => {
    mkdirSync(join(home, ".gemini"), { recursive: true });
    writeFileSync(join(home, ".gemini", "settings.json"), JSON.stringify(SETTINGS));
    // Its own name for its home, because behind a wall the home is always the one of attempts.
    return {
      HOME: home,
      GEMINI_CLI_HOME: home,
      TMPDIR: home,
      GEMINI_API_KEY: "canary",
      GOOGLE_GEMINI_BASE_URL: url,
    };
  },
  serves: (method, path) => method === "POST" && /\/models\/[^/:]+:streamGenerateContent(?:\?|$)/u.test(path),
  answer: ({ first, file }) => ({
    contentType: "text/event-stream",
    body: first
      ? stream({
          functionCall: { id: "canary", name: "write_file", args: { file_path: file, content: "canary\n" } },
        })
      : stream({ text: "STATUS: failed — canary" }),
  }),
};

/** Without a model by name it asks another one first, which to take. */
const SETTINGS = {
  model: { name: "gemini-2.5-pro" },
  security: { auth: { selectedType: "gemini-api-key" } },
  general: { disableAutoUpdate: true, disableUpdateNag: true },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};

function stream(part: object): string {
  const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 };
  const content = { role: "model", parts: [part] };
  const chunk = {
    responseId: "canary",
    candidates: [{ index: 0, content, finishReason: "STOP" }],
    usageMetadata,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}
