import type { CommandSpec } from "../../command-spec.ts";
import { shape } from "./shape.ts";

export const command: CommandSpec = { ...shape, load: () => import("./run.ts") };
