import { literal } from "../shell/arg.ts";
import { type Call, deny, type Shell } from "../shell/shell.ts";
import { judgeTree } from "./write-access.ts";

const GENERATES =
  /^(?:--init|init|create|new|generate|g|scaffold|eject|add|upgrade|update|migrate|codemod|import|remove|install|install-deps)$/;
/** Programs whose first word is a verb. */
const FRAMEWORKS =
  /^(?:ng|vue|nest|nuxt|astro|remix|gatsby|storybook|docusaurus|hugo|jekyll|cypress|playwright|turbo|api-extractor|commitlint|spectral|karma|size-limit|tsd|tsc|react-scripts|next|jest|vitest|eslint|stylelint|tailwindcss|shadcn|expo|rails|mix|dotnet|cargo-generate|cookiecutter|copier|typeorm-model-generator|xo|stryker|wdio|husky-init|sanity|strapi|medusa|redwood|blitz|quasar|ionic|capacitor|cap-sync|tauri|electron-forge|electron-builder|lingui|graphql-code-generator|msw|serverless|plop|hygen)$/;

/** Judges a framework's generators: they write files of the whole project that the command does not name. */
export function judgeGenerated(call: Call, shell: Shell): void {
  if (!FRAMEWORKS.test(call.program)) return;
  const [first] = call.args;
  if (GENERATES.test(first?.text ?? "") || call.args.some((arg) => arg.text === "--init"))
    judgeTree(literal("."), shell);
  if (/^(?:deploy|publish)$/.test(first?.text ?? "")) deny(shell, "publish", `${call.program} deploys`);
}
