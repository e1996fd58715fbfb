import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainRedactor, redactorFor } from "./redact.ts";

describe("taking secrets out of a text", () => {
  const redact = redactorFor({ API_KEY: 'q"uoted-value', PATH: "/usr/bin/long", SHORT_TOKEN: "abc" });

  it("knows the values of the environment whose names sound like secrets, as JSON writes them", () => {
    expect(redact(JSON.stringify({ text: 'x q"uoted-value y' }))).toBe('{"text":"x [redacted] y"}');
    expect(redact("/usr/bin/long abc")).toBe("/usr/bin/long abc");
  });

  it.each([
    ["sk-ant-api03-abcdefghijklmnop", "[redacted]"],
    ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted]"],
    ["AKIAABCDEFGHIJKLMNOP", "[redacted]"],
    ["Authorization: Bearer abcdefghijklmnop", "Authorization: Bearer [redacted]"],
    ["https://me:hunter2hunter2@example.invalid/x", "https://me:[redacted]@example.invalid/x"],
    ["-----BEGIN PRIVATE KEY-----\\nMIIabc\\n-----END", "-----BEGIN PRIVATE KEY-----[redacted]-----END"],
  ])("takes out %s", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it("finds them at the start of a line, in JSON and in plain text", () => {
    const text = 'said:\nghp_abcdefghijklmnopqrstuvwxyz0123456789\nq"uoted-value';
    expect(JSON.parse(redact(JSON.stringify(text)))).toBe("said:\n[redacted]\n[redacted]");
    expect(plainRedactor(redact)(text)).toBe("said:\n[redacted]\n[redacted]");
  });

  it("leaves a JSON line a JSON line", () => {
    const text = fc.array(
      fc.constantFrom(
        "sk-abcdefghijklmnop",
        "nsk-abcdefghijklmnop",
        "Bearer abcdefghijkl",
        '"',
        "\\",
        "\n",
        "://a:bcd@",
        "é",
      ),
    );
    fc.assert(
      fc.property(text, (parts) => {
        expect(() => JSON.parse(redact(JSON.stringify({ text: parts.join("") }))) as unknown).not.toThrow();
      }),
    );
  });
});
