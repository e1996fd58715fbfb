import { once } from "node:events";
import { existsSync, mkdtempSync, statSync } from "node:fs";
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { decisionId, ok, taskId } from "@breakwater/core";
import type { Result } from "@breakwater/core";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { entry } from "../journal/journal-fixture.ts";
import { openJournal } from "../journal/open-journal.ts";
import { readJournal } from "../journal/read-journal.ts";
import { acquireLease, readLease } from "../lease/acquire-lease.ts";
import type { LeaseView } from "../lease/acquire-lease.ts";
import { encodeRequest, MAX_MESSAGE_BYTES } from "./inbox-message.ts";
import type { Reply } from "./inbox-message.ts";
import { splitLines } from "./line-splitter.ts";
import { openInbox } from "./open-inbox.ts";
import type { Inbox, OpenInboxOptions } from "./open-inbox.ts";
import { decodeRequest } from "./request-codec.ts";
import type { InboxRequest } from "./request-codec.ts";
import { sendRequest } from "./send-request.ts";
import { deliverRequest, withLease } from "./with-lease.ts";

const opened: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.close();
});

const pause: InboxRequest = { type: "pause", by: "me", reason: "lunch" };

async function openTestInbox(
  more: Partial<OpenInboxOptions> = {},
): Promise<{ inbox: Inbox; seen: InboxRequest[] }> {
  const seen: InboxRequest[] = [];
  const onRequest = async (request: InboxRequest): Promise<Result<Reply>> => {
    seen.push(request);
    return ok({ facts: seen.length });
  };
  const inbox = await openInbox({ token: "secret", onRequest, ...more });
  if (!inbox.ok) throw new Error(inbox.failure.message);
  opened.push(inbox.value);
  return { inbox: inbox.value, seen };
}

/** What another process would have read in the lease. */
function leaseOf(socket: string | undefined, token = "secret"): LeaseView {
  const record = {
    session: "s1",
    generation: 1,
    pid: 1,
    bootId: "b",
    startTime: "1",
    pidSpace: "",
    host: "h",
  };
  const beat = socket === undefined ? { at: 1, seq: 0 } : { at: 1, seq: 0, socket };
  return { kind: "held", record: { ...record, token, acquired: 1 }, beat };
}

/** Sends bytes as they are and gives everything that comes until the other side hangs up. */
async function sendRaw(path: string, chunks: readonly (string | Uint8Array)[]): Promise<string> {
  const socket: Socket = connect(path);
  const received: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => received.push(chunk));
  socket.on("error", () => {});
  await once(socket, "connect");
  const closed = once(socket, "close");
  for (const chunk of chunks) socket.write(chunk);
  await closed;
  return Buffer.concat(received).toString();
}

describe("handing a request to the running session", () => {
  it("reaches it with every field and brings back its answer", async () => {
    const { inbox, seen } = await openTestInbox();
    const answer: InboxRequest = { type: "answer", decision: decisionId("d1"), option: "yes\n", by: "ä" };
    expect(await sendRequest(leaseOf(inbox.socket), answer)).toEqual({ ok: true, value: { facts: 1 } });
    expect(seen).toEqual([answer]);
  });

  it("brings back a refusal as the failure that it is", async () => {
    const failure = { code: "BW466", message: "no such task", fix: "name another one" };
    const { inbox } = await openTestInbox({ onRequest: async () => ({ ok: false, failure }) });
    const retry: InboxRequest = { type: "retry", task: taskId("T9"), by: "me" };
    expect(await sendRequest(leaseOf(inbox.socket), retry)).toEqual({ ok: false, failure });
  });

  it("says that nobody listens when the session is gone, has no inbox, or was never there", async () => {
    const { inbox } = await openTestInbox();
    await inbox.close();
    expect(existsSync(inbox.socket)).toBe(false);
    for (const lease of [
      leaseOf(inbox.socket),
      leaseOf(undefined),
      { kind: "free", acknowledged: 0 } as const,
    ])
      expect(await sendRequest(lease, pause)).toMatchObject({ failure: { code: "BW650" } });
  });

  it("gives up on a session that does not answer, and does not take garbage for an answer", async () => {
    const { inbox } = await openTestInbox({ onRequest: () => new Promise(() => {}) });
    const slow = await sendRequest(leaseOf(inbox.socket), pause, { timeoutMs: 30 });
    expect(slow).toMatchObject({ failure: { code: "BW651" } });
    const path = join(mkdtempSync(join(tmpdir(), "inbox-")), "s");
    const liar = createServer((socket) => socket.on("error", () => {}).end("HTTP/1.1 200 OK\n")).listen(path);
    await once(liar, "listening");
    expect(await sendRequest(leaseOf(path), pause)).toMatchObject({ failure: { code: "BW651" } });
    liar.close();
  });

  it("does not send what the other side would not take", async () => {
    const long: InboxRequest = {
      type: "steer",
      task: taskId("A"),
      text: "x".repeat(MAX_MESSAGE_BYTES),
      by: "me",
    };
    expect(await sendRequest(leaseOf("/nowhere"), long)).toMatchObject({ failure: { code: "BW652" } });
  });
});

describe("an inbox", () => {
  it("lies in a folder that nobody else may enter, below the runtime folder where that is short", async () => {
    const base = mkdtempSync(join(tmpdir(), "run-"));
    const { inbox } = await openTestInbox({ env: { XDG_RUNTIME_DIR: base } });
    expect(dirname(dirname(inbox.socket))).toBe(base);
    expect(statSync(dirname(inbox.socket)).mode & 0o777).toBe(0o700);
    const long = join(base, "x".repeat(100));
    const { inbox: other } = await openTestInbox({ env: { XDG_RUNTIME_DIR: long, TMPDIR: "/proc/none" } });
    expect(other.socket.startsWith("/tmp/breakwater-")).toBe(true);
  });

  it.each([
    ["a wrong token", [encodeRequest("guess", pause)], "token is wrong"],
    ["a token that is no text", [`{"v":1,"token":7,"request":{}}\n`], "token is wrong"],
    ["garbage", [Buffer.from([0, 255, 10])], "not a JSON object"],
    ["HTTP", ["GET / HTTP/1.1\r\nHost: x\r\n\r\n"], "not a JSON object"],
    ["another version", [`{"v":2,"token":"secret"}\n`], "another version"],
    ["an unknown request", [`{"v":1,"token":"secret","request":{"type":"start"}}\n`], "there is no request"],
    [
      "a field too many",
      [`{"v":1,"token":"secret","request":{"type":"resume","by":"x","z":1}}\n`],
      "is unknown",
    ],
    ["an endless line", ["x".repeat(MAX_MESSAGE_BYTES), "x"], "too long"],
  ])("refuses %s, hangs up, and goes on with others", async (_what, chunks, reason) => {
    const { inbox, seen } = await openTestInbox();
    const reply = await sendRaw(inbox.socket, chunks);
    expect(reply).toContain("BW652");
    expect(reply).toContain(reason);
    expect(seen).toEqual([]);
    expect(await sendRequest(leaseOf(inbox.socket), pause)).toMatchObject({ ok: true });
  });

  it("hangs up on half a message, whether its sender is silent or gone", async () => {
    const { inbox, seen } = await openTestInbox({ idleMs: 30 });
    const half = encodeRequest("secret", pause).slice(0, -5);
    expect(await sendRaw(inbox.socket, [half])).toBe("");
    const socket = connect(inbox.socket);
    await once(socket, "connect");
    socket.end(half);
    await once(socket, "close");
    expect(seen).toEqual([]);
  });

  it("answers several requests of one sender in their order, also when they come in pieces", async () => {
    const { inbox, seen } = await openTestInbox({ idleMs: 50 });
    const resume: InboxRequest = { type: "resume", by: "me" };
    const both = encodeRequest("secret", pause) + encodeRequest("secret", resume);
    const replies = await sendRaw(inbox.socket, [both.slice(0, 20), both.slice(20, 90), both.slice(90)]);
    expect(replies).toBe('{"v":1,"reply":{"facts":1}}\n{"v":1,"reply":{"facts":2}}\n');
    expect(seen).toEqual([pause, resume]);
  });

  it("survives a handler that throws, and closes while senders are connected", async () => {
    const { inbox } = await openTestInbox({ onRequest: () => Promise.reject(new Error("bug")) });
    expect(await sendRequest(leaseOf(inbox.socket), pause)).toMatchObject({ failure: { code: "BW652" } });
    const socket = connect(inbox.socket);
    socket.on("error", () => {});
    await once(socket, "connect");
    const closed = once(socket, "close");
    await inbox.close();
    await closed;
  });
});

describe("a request that comes when nobody is alive", () => {
  const alone =
    (folder: string) =>
    async (lease: {
      check(): ReturnType<NonNullable<Parameters<typeof openJournal>[0]["guard"]>>;
    }): Promise<Result<Reply>> => {
      const path = join(folder, "journal.ndjson");
      const journal = await openJournal({ path, session: "s1", guard: () => lease.check() });
      if (!journal.ok) return journal;
      const appended = await journal.value.journal.append([entry("alone")]);
      await journal.value.journal.close();
      return appended.ok ? ok({ facts: appended.value.length }) : appended;
    };

  it("is done under the lease, which is free afterwards", async () => {
    const folder = mkdtempSync(join(tmpdir(), "inbox-"));
    const options = { folder: join(folder, "lease"), session: "s1" };
    expect(await deliverRequest(options, pause, alone(folder))).toEqual(ok({ facts: 1 }));
    expect(await readLease(options.folder)).toMatchObject({ value: { kind: "free" } });
    let count = 0;
    readJournal({ path: join(folder, "journal.ndjson"), onFacts: (facts) => (count += facts.length) });
    expect(count).toBe(1);
  });

  it("goes to the running session instead when there is one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "inbox-"));
    const options = { folder: join(folder, "lease"), session: "s1" };
    const lease = await acquireLease(options);
    if (!lease.ok) throw new Error(lease.failure.message);
    opened.push({ close: () => lease.value.release() });
    const { inbox, seen } = await openTestInbox({ token: lease.value.record.token });
    expect(await deliverRequest(options, pause, alone(folder))).toMatchObject({ failure: { code: "BW601" } });
    await lease.value.announce(inbox.socket);
    expect(await deliverRequest(options, pause, alone(folder))).toEqual(ok({ facts: 1 }));
    expect(seen).toEqual([pause]);
    expect(existsSync(join(folder, "journal.ndjson"))).toBe(false);
  });

  it("gives the lease back also when the work breaks", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "inbox-")), "lease");
    const broken = withLease({ folder, session: "s1" }, () => Promise.reject(new Error("bug")));
    await expect(broken).rejects.toThrow("bug");
    expect(await readLease(folder)).toMatchObject({ value: { kind: "free" } });
  });
});

describe("reading what a stranger sent", () => {
  it("never throws, and takes only requests that have exactly their fields", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.record({ type: fc.string(), by: fc.string() })), (value) => {
        expect(typeof decodeRequest(value)).toBe("string");
      }),
    );
    expect(decodeRequest({ type: "__proto__", by: "x" })).toContain("no request");
    expect(decodeRequest({ type: "close", by: "x", commits: "all" })).toContain("commits");
    expect(decodeRequest(pause)).toEqual(pause);
  });

  it("cuts lines the same way however the bytes arrive, and stops at the limit", () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z]{0,9}$/)), fc.array(fc.nat(12)), (lines, sizes) => {
        const splitter = splitLines(10);
        let rest = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const found: string[] = [];
        for (const size of [...sizes, rest.length]) {
          found.push(...(splitter.push(rest.subarray(0, size)) ?? []).map(String));
          rest = rest.subarray(size);
        }
        expect(found).toEqual(lines);
      }),
    );
    const splitter = splitLines(3);
    expect(splitter.push(Buffer.from("ab"))).toEqual([]);
    expect(splitter.push(Buffer.from("c"))).toBeUndefined();
    expect(splitter.push(Buffer.from("\n"))).toBeUndefined();
  });
});
