import { parseInput } from "../../parse-input.ts";
import { processPorts } from "../../process-ports.ts";
import { contextOf } from "../../context-of.ts";
import { keptGlance } from "../../session/kept-glance.ts";
import { locateCheckout } from "../../session/locate-checkout.ts";
import { findPlace } from "../../session/session-place.ts";
import { shape } from "./shape.ts";
import { tellGlance } from "./tell-glance.ts";

/**
 * Answers `breakwater status WORDS` from a kept glance, in a bundle of its own: most of the time of a short command
 * goes into loading code (docs/adr/0009-kept-glance.md). Whatever else is wanted, or wrong, is for the
 * `program`, which begins anew.
 */
export function answerStatus(words: readonly string[], program: () => void): void {
  const ports = processPorts();
  const input = parseInput(shape, words);
  if (!input.ok || input.value.flag("help")) return program();
  const context = contextOf(input.value, ports);
  if (!context.ok) return program();
  const { cwd, version, now } = context.value;
  const checkout = locateCheckout(cwd);
  const place = checkout.ok ? findPlace(checkout.value, input.value.argument("session")) : checkout;
  const glance = place.ok ? keptGlance(place.value, version, now().getTime()) : undefined;
  if (glance === undefined) return program();
  process.exitCode = tellGlance(glance, context.value);
}
