import type { RecordedFact } from "../run/fact.ts";
import type { RunState } from "../run/state.ts";
import { plainLine } from "./plain-text.ts";
import { acceptanceBlocks, carriedBlocks } from "./report-acceptance.ts";
import { changeBlocks, decisionBlocks, gateBlocks, headBlocks, scopeBlocks } from "./report-section.ts";
import { reviewBlocks } from "./report-review.ts";
import { timelineBlocks } from "./report-timeline.ts";
import type { Block } from "./report-block.ts";
import { escapeHtml, renderHtml, renderMarkdown } from "./report-render.ts";

/**
 * The report of a session as Markdown, for a pull request or a job summary.
 *
 * Same content as `reportHtml`: what was agreed and what came out, the evidence of each done task, which
 * wall held what, every deviation with its reason, and which figures are measured. `facts` are all facts
 * that `state` was folded from.
 */
export function reportMarkdown(state: RunState, facts: readonly RecordedFact[]): string {
  return renderMarkdown(reportBlocks(state, facts));
}

/** The report as one HTML page that needs no network, runs no script and says so in its policy. */
export function reportHtml(state: RunState, facts: readonly RecordedFact[]): string {
  const title = escapeHtml(plainLine(state.session?.schedule.title ?? "No session", 200));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${REPORT_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
<main>
${renderHtml(reportBlocks(state, facts))}
</main>
</body>
</html>
`;
}

function reportBlocks(state: RunState, facts: readonly RecordedFact[]): readonly Block[] {
  if (state.session === undefined) {
    return [
      { kind: "heading", level: 1, line: ["No session"] },
      { kind: "paragraph", line: ["The journal holds no session."] },
    ];
  }
  return [
    ...headBlocks(state, state.session),
    ...acceptanceBlocks(state),
    ...gateBlocks(state),
    ...reviewBlocks(state),
    ...scopeBlocks(state, facts),
    ...changeBlocks(state),
    ...decisionBlocks(state),
    ...timelineBlocks(state),
    ...carriedBlocks(state),
    footer(facts),
  ];
}

function footer(facts: readonly RecordedFact[]): Block {
  return {
    kind: "paragraph",
    line: [
      `Made from ${facts.length} facts of the session's journal. `,
      "Every statement above is derived from them; none is an agent's claim unless it says so.",
    ],
  };
}

/** The style of the page; its hash stands in the policy, so a change of one must change the other. */
export const REPORT_STYLE =
  ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:70rem;margin:0 auto;padding:1.5rem}h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #8886;padding:.35rem .6rem;text-align:left;vertical-align:top}code,pre{font:.9em ui-monospace,monospace}code{overflow-wrap:anywhere}pre{overflow-x:auto;padding:.8rem;border:1px solid #8886}";

/** Nothing is loaded or run, and only the one style applies. */
export const REPORT_POLICY =
  "default-src 'none'; style-src 'sha256-CIqBRpmySQovA0O9lbvsXKTKd36kMJriGG2XFU3E3ts='; base-uri 'none'; form-action 'none'";
