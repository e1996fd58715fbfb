import { connect } from "node:net";
import type { AttemptOrder } from "./order.ts";
import { type FromHost, hearLines, readFromHost, sendLine, type ToHost } from "./wire.ts";

/** Sends one message to the host of an order and gives its answer; `undefined` when none comes in time. */
export function askHost(
  order: Pick<AttemptOrder, "socketPath" | "token">,
  message: Exclude<ToHost, { readonly kind: "hello" }>,
): Promise<FromHost | undefined> {
  return new Promise((resolve) => {
    const socket = connect(order.socketPath);
    const settle = (answer: FromHost | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle(undefined), ANSWER_TIMEOUT_MS);
    hearLines(socket, (value) => {
      const answer = readFromHost(value);
      if (answer !== undefined && answer.kind !== "welcome") settle(answer);
    });
    socket.on("close", () => settle(undefined));
    sendLine(socket, { kind: "hello", token: order.token, watch: false, denialsSeen: 0, stagnationsSeen: 0 });
    sendLine(socket, message);
  });
}

const ANSWER_TIMEOUT_MS = 3_000;
