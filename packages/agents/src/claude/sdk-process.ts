import { EventEmitter } from "node:events";
import { type PassThrough, Writable } from "node:stream";
import type { ClientProcess } from "../contract.ts";
import type { SdkProcess } from "./sdk-types.ts";

/**
 * The host's client process in the shape in which the SDK wants one, so that the SDK starts nothing itself.
 * `stdout` is fed by whoever launched the process; what the SDK writes goes to the client.
 */
export function sdkProcess(client: () => ClientProcess, stdout: PassThrough): SdkProcess {
  const events = new EventEmitter();
  events.on("error", () => {});
  let killed = false;
  let end: { readonly code: number | null; readonly signal: string | null } | undefined;
  const stdin = new Writable({
    write: (chunk: Buffer, _encoding, done) => (client().write(chunk), done()),
    final: (done) => (client().endInput(), done()),
  });
  void client().ended.then(({ code, signal, startError }) => {
    end = { code, signal };
    stdout.end();
    if (startError !== undefined) events.emit("error", startError);
    events.emit("exit", code, signal);
  });
  return {
    stdin,
    stdout,
    get killed() {
      return killed;
    },
    get exitCode() {
      return end?.code ?? null;
    },
    get signalCode() {
      return end?.signal ?? null;
    },
    kill: (signal) => {
      killed = true;
      if (signal === "SIGKILL") client().kill();
      else client().stop();
      return true;
    },
    on: (event, listener) => events.on(event, listener),
    once: (event, listener) => events.once(event, listener),
    off: (event, listener) => events.off(event, listener),
  };
}
