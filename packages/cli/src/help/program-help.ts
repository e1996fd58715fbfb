import { REGISTRY } from "../registry.ts";
import { helpText, type HelpLength } from "./root-help.ts";

/** The help of the programme as it is installed. */
export function programHelp(length: HelpLength): string {
  return helpText(REGISTRY, length);
}
