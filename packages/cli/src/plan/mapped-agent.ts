import { RUNTIMES } from "@breakwater/agents";
import { nearMatch, plainLine, type Diagnostic } from "@breakwater/core";
import { readProfiles, type SessionConfig } from "@breakwater/node";

/** A warning (BW404) for each name in `agent-mapping` that is neither an agent nor a profile of the project. */
export function unknownMappedAgents({ entries, root, platform }: SessionConfig): readonly Diagnostic[] {
  const { value, where } = entries["agent-mapping"];
  if (value === undefined || where === undefined) return [];
  const profiles = readProfiles(root, platform.stateDir).map(({ name }) => name);
  const known = [...RUNTIMES.map(({ name }) => name), ...profiles];
  return Object.entries(value).flatMap(([kind, name]): readonly Diagnostic[] => {
    if (known.includes(name)) return [];
    const meant = nearMatch(name, known);
    return [
      {
        code: "BW404",
        severity: "warning",
        message: `agent-mapping gives ${kind} work to "${plainLine(name, 60)}", which is no agent and no profile here`,
        where,
        why: "the agent and the profile of that work are chosen as if nothing was said",
        fix: meant === undefined ? `name one of ${known.slice(0, 8).join(", ")}` : `did you mean ${meant}?`,
      },
    ];
  });
}
