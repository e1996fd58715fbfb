import { plainLine } from "@breakwater/core";
import type { ResolvedSetting } from "@breakwater/node";

/** Where a value comes from, for people. */
export function originText({ origin, where, variable }: ResolvedSetting<unknown>): string {
  switch (origin) {
    case "flag":
      return "flag";
    case "environment":
      return variable ?? "environment";
    case "local":
    case "config":
      return where === undefined ? origin : `${plainLine(where.file)}:${where.line}`;
    case "default":
      return "default";
  }
}
