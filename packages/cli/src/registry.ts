import type { CommandSpec } from "./command-spec.ts";
import { command as help } from "./commands/help/command.ts";
import { command as overview } from "./commands/overview/command.ts";

/** Every command, in the order in which help lists them within their groups. */
export const REGISTRY: readonly CommandSpec[] = [overview, help];
