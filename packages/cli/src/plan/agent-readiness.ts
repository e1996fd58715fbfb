import { runtimeOf } from "@breakwater/agents";
import type { AgentReadiness, Plan } from "@breakwater/core";
import type { SessionConfig } from "@breakwater/node";

/** What a probe says about each agent that a plan or the configuration names. */
export async function agentReadiness(plan: Plan, config: SessionConfig): Promise<readonly AgentReadiness[]> {
  const names = new Set(
    [
      plan.agents.default,
      plan.agents.reviewer,
      config.entries.agent.value,
      config.entries.reviewer.value,
      ...mappedAgents(config),
      ...plan.waves.flatMap((wave) => wave.tasks.map((task) => task.agent)),
    ].flatMap((name) => name ?? []),
  );
  return Promise.all([...names].map(probe));
}

async function probe(name: string): Promise<AgentReadiness> {
  const runtime = runtimeOf(name);
  if (!runtime.ok) return { name, usable: "no", reason: "this version knows no such agent" };
  const { found, problems } = await runtime.value.probe();
  const [problem] = problems;
  return {
    name,
    usable: found ? "yes" : "no",
    ...(problem === undefined ? {} : { reason: problem.message }),
    ...(problem?.fix === undefined ? {} : { fix: problem.fix }),
  };
}

function mappedAgents({ entries }: SessionConfig): readonly string[] {
  return Object.values(entries["agent-mapping"].value ?? {}).filter((name) => runtimeOf(name).ok);
}
