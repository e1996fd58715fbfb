import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SeededPlan } from "./seeded-plan.ts";
import type { Stage } from "./stage.ts";
import type { Story } from "./story.ts";
import { equalTo, noneAmiss, type Check } from "./table.ts";

/** What a person reads afterwards: each view has to name what it is about. */
export async function viewChecks(stage: Stage, plan: SeededPlan, story: Story): Promise<readonly Check[]> {
  const { culprit } = plan;
  const views = [
    { args: ["status"], words: ["closed", "Additions"] },
    { args: ["status", "--json"], words: [story.session, culprit.id] },
    { args: ["why", culprit.id], words: ["gate test is red because of", "is done"] },
    { args: ["logs"], words: ["session settled", "scope denied", "audit held", "branch main moved"] },
    { args: ["logs", `${culprit.id}.1`], words: [`I begin with ${culprit.change.name}.`] },
  ];
  const lacking: string[] = [];
  for (const { args, words } of views) {
    const { code, stdout, stderr } = await stage.run(...args);
    if (code !== 0) lacking.push(`${args.join(" ")}: exit ${String(code)} ${stderr.slice(0, 200)}`);
    for (const word of words)
      if (!stdout.includes(word)) lacking.push(`${args.join(" ")}: nothing of "${word}"`);
  }
  return [
    noneAmiss("status, why and logs tell of it", lacking, `${views.length} views`),
    ...reportChecks(plan, story),
  ];
}

function reportChecks({ tasks, culprit }: SeededPlan, { folder }: Story): readonly Check[] {
  const markdown = textOf(join(folder, "report.md"));
  const html = textOf(join(folder, "report.html"));
  const names = [...tasks.map(({ id }) => id), `${culprit.id}F1`];
  const unnamed = names.filter((id) => !markdown.includes(`\`${id}\``) || !html.includes(id));
  const reaches = html.match(
    /<(?:script|link|img|iframe|object|embed)\b[^>]*>|\b(?:src|href)=["'](?!#)[^"']*|url\([^)]*\)|@import[^;]*/g,
  );
  return [
    noneAmiss("report.md and report.html name every task", unnamed, `${markdown.length + html.length} bytes`),
    noneAmiss("report.html needs nothing from elsewhere", [...(reaches ?? [])]),
    equalTo("report.html is a whole document", /^<!doctype html>[\s\S]*<\/html>\s*$/i.test(html), true),
  ];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
