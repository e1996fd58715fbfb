import { briefMark, taskIdPattern, trimLines } from "@breakwater/core";
import type { Diagnostic, WrittenEntry, WrittenPlan, WrittenTask, WrittenWave } from "@breakwater/core";
import { blocksOf } from "./markdown-block.ts";
import type { Block, HeadingBlock } from "./markdown-block.ts";
import { readSettings, settingInBrief } from "./markdown-setting.ts";
import type { Locate } from "./source-locator.ts";
import { readYaml, unparsed } from "./yaml-value.ts";

/** Takes a Markdown plan apart (`docs/spec/plan.md`); headings of the first three levels give it its form. */
export function readMarkdownPlan(
  text: string,
  terms: { readonly file: string; readonly locate: Locate; readonly found: Diagnostic[] },
): WrittenPlan {
  const { file, locate, found } = terms;
  const blocks = blocksOf(text);
  const sections = sectionsOf(blocks, text);
  const waves: Draft[] = [];
  let heading: string | undefined;
  const intent: string[] = [sections.preamble];
  for (const section of sections.list) {
    const { block, title } = section;
    const where = locate(block.from, block.to);
    const kind = kindOf(block.depth, title, waves.length === 0);
    switch (kind.kind) {
      case "title":
        heading ??= title;
        intent.push(section.body);
        break;
      case "text":
        intent.push(text.slice(block.from, section.to));
        break;
      case "wave":
        reportWave(kind, { waves, where, found });
        waves.push({ number: kind.number, name: kind.name, span: where, tasks: [] });
        if (section.body.trim() !== "") found.push(looseText(section, locate));
        break;
      case "task":
        if (waves.length === 0) waves.push({ number: 0, name: "Tasks", span: where, tasks: [] });
        waves.at(-1)?.tasks.push(taskOf(section, { text, locate, found }));
        break;
      case "stray":
        found.push(strayHeading(block.depth, title, where));
    }
  }
  if (waves.some((wave) => wave.number === 0) && waves.some((wave) => wave.number > 0)) {
    found.push(outsideWave(waves));
  }
  const entries = frontMatter(blocks, text, terms);
  const shown = heading === undefined ? {} : { heading };
  return { file, entries, ...shown, intent: trimLines(intent.join("")), waves };
}

type Draft = Omit<WrittenWave, "tasks"> & { readonly tasks: WrittenTask[] };

type Section = {
  readonly block: HeadingBlock;
  readonly title: string;
  readonly body: string;
  readonly blocks: readonly Block[];
  readonly to: number;
};

function sectionsOf(
  blocks: readonly Block[],
  text: string,
): { readonly preamble: string; readonly list: readonly Section[] } {
  const marks = blocks.flatMap((block, index) =>
    block.kind === "heading" && block.depth <= 3 ? [{ block, index }] : [],
  );
  const content = blocks.find((block) => block.kind !== "front-matter");
  const list = marks.map(({ block, index }, position): Section => {
    const next = marks[position + 1];
    const to = next?.block.from ?? text.length;
    return {
      block,
      title: titleOf(text.slice(block.from, block.to)),
      body: text.slice(block.to, to),
      blocks: blocks.slice(index + 1, next?.index ?? blocks.length),
      to,
    };
  });
  const end = marks[0]?.block.from ?? text.length;
  return { preamble: content === undefined ? "" : text.slice(Math.min(content.from, end), end), list };
}

function titleOf(heading: string): string {
  const bare = heading.replace(/^#{1,6}/, "").trim();
  return /^#+$/.test(bare) ? "" : bare.replace(/\s#+$/, "").trim();
}

type HeadingKind =
  | { readonly kind: "title" | "text" | "task" | "stray" }
  | { readonly kind: "wave"; readonly number: number; readonly name: string };

const wavePattern = /^wave\s+(\d{1,3})\s*(?:[:.–—-]\s*(.*))?$/i;

function kindOf(depth: number, title: string, beforeWaves: boolean): HeadingKind {
  if (depth === 1) return { kind: beforeWaves ? "title" : "stray" };
  if (depth === 2) {
    const wave = wavePattern.exec(title);
    if (wave !== null) return { kind: "wave", number: Number(wave[1]), name: wave[2]?.trim() ?? "" };
    if (/^tasks$/i.test(title)) return { kind: "wave", number: 0, name: "Tasks" };
    return { kind: beforeWaves ? "text" : "stray" };
  }
  if (beforeWaves && !taskIdPattern.test(idOf(title).id)) return { kind: "text" };
  return { kind: "task" };
}

function idOf(title: string): { readonly id: string; readonly title: string } {
  const match = /^([A-Za-z0-9]{1,40})(?:[:.]|\s+[–—-](?=\s))?(?:\s+(.*))?$/.exec(title);
  const id = match?.[1] ?? "";
  return taskIdPattern.test(id) ? { id, title: match?.[2]?.trim() ?? "" } : { id: "", title };
}

function taskOf(
  section: Section,
  { text, locate, found }: { readonly text: string; readonly locate: Locate; readonly found: Diagnostic[] },
): WrittenTask {
  const { block, blocks } = section;
  const named = idOf(section.title);
  const [first] = blocks;
  const list = first?.kind === "list" ? first : undefined;
  const entries = list === undefined ? [] : readSettings(list, { text, locate, found });
  const rest = text.slice(list?.to ?? block.to, section.to);
  const later = settingInBrief(list === undefined ? blocks : blocks.slice(1), text);
  if (later !== undefined) found.push(lateSetting(named.id || section.title, locate(later.from, later.to)));
  const brief = trimLines(rest);
  return {
    ...named,
    heading: locate(block.from, block.to),
    entries,
    brief: brief.startsWith(briefMark) ? trimLines(brief.slice(briefMark.length)) : brief,
  };
}

function frontMatter(
  blocks: readonly Block[],
  text: string,
  { locate, found }: { readonly locate: Locate; readonly found: Diagnostic[] },
): readonly WrittenEntry[] {
  const [block] = blocks;
  if (block?.kind !== "front-matter") {
    if (/^---[ \t]*\r?\n/.test(text)) found.push(unclosed(locate(0, 3)));
    return [];
  }
  const offset = text.indexOf("\n", block.from) + 1;
  const end = text.lastIndexOf("\n", block.to - 1);
  // A carriage return at the very end would be read as a text of its own.
  const yaml = text.slice(offset, Math.max(offset, end)).trimEnd();
  const value = readYaml(yaml, { locate, offset, found });
  if (value === undefined) return [];
  if (value.kind === "map") return value.entries;
  found.push({
    code: "BW101",
    severity: "error",
    message: "the front matter is no map of keys",
    where: value.span,
    ...unparsed,
    fix: "write one `key: value` a line between the dashes",
  });
  return [];
}

function unclosed(where: Diagnostic["where"]): Diagnostic {
  return {
    code: "BW101",
    severity: "error",
    message: "the front matter is not closed",
    where,
    fix: "end it with a line of three dashes",
  };
}

function reportWave(
  wave: { readonly number: number },
  { waves, where, found }: { waves: readonly Draft[]; where: Diagnostic["where"]; found: Diagnostic[] },
): void {
  const previous = waves.at(-1);
  if (previous === undefined || wave.number > previous.number) return;
  const twice = waves.find((each) => each.number === wave.number);
  found.push({
    code: "BW119",
    severity: "error",
    message:
      twice === undefined
        ? `wave ${wave.number} stands after wave ${previous.number}`
        : `wave ${wave.number} is there twice`,
    where,
    related: [
      { span: (twice ?? previous).span, label: twice === undefined ? "the later wave" : "the first" },
    ],
    fix: "number the waves in the order in which they run",
  });
}

function strayHeading(depth: number, title: string, where: Diagnostic["where"]): Diagnostic {
  return {
    code: "BW119",
    severity: "error",
    message: `"${"#".repeat(depth)} ${title.slice(0, 60)}" is no wave`,
    where,
    why: "below the first wave, headings of level 1 and 2 only open waves",
    fix: "write `## Wave 2: Name`, move the text above the first wave, or use `####` inside a brief",
  };
}

function looseText(section: Section, locate: Locate): Diagnostic {
  const from = section.block.to + section.body.search(/\S/);
  return {
    code: "BW115",
    severity: "warning",
    message: "text below a wave heading belongs to no task and reaches no agent",
    where: locate(from, from + (section.body.trim().split("\n")[0]?.length ?? 1)),
    fix: "move it into the brief of a task, or above the first wave",
  };
}

function outsideWave(waves: readonly Draft[]): Diagnostic {
  const outside = waves.find((wave) => wave.number === 0);
  const task = outside?.tasks[0];
  return {
    code: "BW115",
    severity: "error",
    message: `${task?.id ?? "a task"} stands outside the waves, while others stand in them`,
    where: task?.heading ?? outside?.span ?? { file: "", line: 1, column: 1, length: 0 },
    fix: "put every task under a wave heading, or none",
  };
}

function lateSetting(task: string, where: Diagnostic["where"]): Diagnostic {
  return {
    code: "BW114",
    severity: "warning",
    message: `this list is part of the brief, not of ${task}'s settings`,
    where,
    why: "settings are the first list under the heading; what follows goes to the agent word for word",
    fix: "move these lines directly under the heading",
  };
}
