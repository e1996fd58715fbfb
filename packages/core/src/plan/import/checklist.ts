import { pathsIn } from "./imported-plan.ts";
import type { ImportedPlan, ImportedTask } from "./imported-plan.ts";

/**
 * Reads the `tasks.md` of spec-kit: `- [ ] T012 [P] [US1] text in path`. A task without `[P]` waits for the one
 * before it; phases become waves, and checked tasks are left out.
 */
export function readSpecKit(text: string): ImportedPlan {
  const tasks: ImportedTask[] = [];
  const names = new Map<number, string>();
  const notes: string[] = [];
  let wave = 0;
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const phase = /^##\s+(?:Phase\s+[\d.]+\s*[:—-]?\s*)?(\S.*)$/i.exec(line);
    if (phase !== null) {
      if (/^##\s+Phase\b/i.test(line)) {
        wave += 1;
        names.set(wave, (phase[1] ?? "").trim());
        last = undefined;
      }
      continue;
    }
    const item = /^\s*[-*]\s+\[([ xX])\]\s+(T\d+)\s+(.*)$/.exec(line);
    if (item === null) continue;
    const [, mark = "", ref = "", rest = ""] = item;
    if (mark !== " ") {
      notes.push(`${ref} is checked and was left out`);
      continue;
    }
    const isParallel = /\[P\]/.test(rest);
    const named = dependsIn(rest);
    const title = rest
      .replace(/\[(?:P|US\d+)\]\s*/g, "")
      .replace(/\s*\(depends on [^)]*\)/i, "")
      .trim();
    const depends = [...named, ...(isParallel || last === undefined || named.length > 0 ? [] : [last])];
    tasks.push({ ref, title, files: pathsIn(rest), depends, wave });
    if (!isParallel) last = ref;
  }
  return { title: headingOf(text) ?? "Imported tasks", tasks, waveNames: names, notes };
}

function dependsIn(text: string): readonly string[] {
  const inside = /\(depends on ([^)]*)\)/i.exec(text)?.[1] ?? "";
  return [...inside.matchAll(/T\d+/g)].map((match) => match[0]);
}

/**
 * Reads the `tasks.md` of Kiro: `- [ ] 1.2 text` with its details below. What has tasks of its own below is a
 * heading; each task waits for the one before it; requirements are kept as criteria.
 */
export function readKiro(text: string): ImportedPlan {
  const items: { ref: string; title: string; isDone: boolean; lines: string[] }[] = [];
  for (const line of text.split(/\r?\n/)) {
    const item = /^\s*[-*]\s+\[([ xX-])\]\*?\s+(\d+(?:\.\d+)*)\.?\s+(.*)$/.exec(line);
    if (item !== null) {
      const [, mark, ref = "", title = ""] = item;
      items.push({ ref, title: title.trim(), isDone: mark?.toLowerCase() === "x", lines: [] });
    } else if (/^\s+\S/.test(line)) items.at(-1)?.lines.push(line.trim());
  }
  const leaves = items.filter(({ ref }) => !items.some((other) => other.ref.startsWith(`${ref}.`)));
  const notes = leaves.filter(({ isDone }) => isDone).map(({ ref }) => `${ref} is checked and was left out`);
  const open = leaves.filter(({ isDone }) => !isDone);
  const tasks = open.map(({ ref, title, lines }, at): ImportedTask => {
    const required = lines.flatMap((line) => /^[-*]?\s*_Requirements?:\s*(.+?)_$/.exec(line)?.[1] ?? []);
    const brief = lines.filter((line) => !/^[-*]?\s*_Requirements?:/.test(line)).join("\n");
    const before = open[at - 1];
    return {
      ref,
      title,
      brief,
      files: pathsIn(`${title}\n${brief}`),
      doneWhen: required.map((each) => `requirements ${each} hold`),
      depends: before === undefined ? [] : [before.ref],
    };
  });
  return { title: headingOf(text) ?? "Imported tasks", tasks, notes };
}

/** The first heading of a text, without words that only say what kind of file it is. */
export function headingOf(text: string): string | undefined {
  const heading = /^#\s+(.+)$/m.exec(text)?.[1]?.trim();
  return heading?.replace(/^(?:Tasks|Implementation Plan)\s*:\s*/i, "");
}
