import type { CommandSpec } from "./command-spec.ts";
import { command as agents } from "./commands/agents/command.ts";
import { command as answer } from "./commands/answer/command.ts";
import { command as attempt } from "./commands/attempt/command.ts";
import { command as close } from "./commands/close/command.ts";
import { command as demo } from "./commands/demo/command.ts";
import { command as drop } from "./commands/drop/command.ts";
import { command as gc } from "./commands/gc/command.ts";
import { command as go } from "./commands/go/command.ts";
import { command as mcp } from "./commands/mcp/command.ts";
import { command as logs } from "./commands/logs/command.ts";
import { command as pause } from "./commands/pause/command.ts";
import { command as resume } from "./commands/resume/command.ts";
import { command as retry } from "./commands/retry/command.ts";
import { command as scriptedPlayer } from "./commands/scripted-player/command.ts";
import { command as session } from "./commands/session/command.ts";
import { command as simulate } from "./commands/simulate/command.ts";
import { command as status } from "./commands/status/command.ts";
import { command as steer } from "./commands/steer/command.ts";
import { command as stop } from "./commands/stop/command.ts";
import { command as watch } from "./commands/watch/command.ts";
import { command as why } from "./commands/why/command.ts";
import { command as wallProbe } from "./commands/wall/probe/command.ts";
import { command as wallExec } from "./commands/wall/exec/command.ts";
import { command as planLint } from "./commands/plan/lint/command.ts";
import { command as planShow } from "./commands/plan/show/command.ts";
import { command as planApprove } from "./commands/plan/approve/command.ts";
import { command as planConvert } from "./commands/plan/convert/command.ts";
import { command as planDraft } from "./commands/plan/draft/command.ts";
import { command as planFix } from "./commands/plan/fix/command.ts";
import { command as planImport } from "./commands/plan/import/command.ts";
import { command as planNew } from "./commands/plan/new/command.ts";
import { command as configShow } from "./commands/config/show/command.ts";
import { command as configCheck } from "./commands/config/check/command.ts";
import { command as configExplain } from "./commands/config/explain/command.ts";
import { command as scopeValidate } from "./commands/scope/validate/command.ts";
import { command as scopeManifest } from "./commands/scope/manifest/command.ts";
import { command as scopeUnion } from "./commands/scope/union/command.ts";
import { command as scopeDisjoint } from "./commands/scope/disjoint/command.ts";
import { command as scopeExplain } from "./commands/scope/explain/command.ts";
import { command as explain } from "./commands/explain/command.ts";
import { command as completions } from "./commands/completions/command.ts";
import { command as init } from "./commands/init/command.ts";
import { command as doctor } from "./commands/doctor/command.ts";
import { command as hook } from "./commands/hook/command.ts";
import { command as guardEval } from "./commands/guard/eval/command.ts";
import { command as stagnationEval } from "./commands/stagnation/eval/command.ts";
import { command as help } from "./commands/help/command.ts";
import { command as overview } from "./commands/overview/command.ts";

/** Every command, in the order in which help lists them within their groups. */
export const REGISTRY: readonly CommandSpec[] = [
  overview,
  demo,
  init,
  session,
  go,
  resume,
  answer,
  pause,
  stop,
  retry,
  drop,
  steer,
  close,
  status,
  watch,
  logs,
  why,
  gc,
  planLint,
  planShow,
  planApprove,
  planConvert,
  planDraft,
  planNew,
  planFix,
  planImport,
  scopeValidate,
  scopeManifest,
  scopeUnion,
  scopeDisjoint,
  scopeExplain,
  explain,
  completions,
  wallProbe,
  wallExec,
  doctor,
  agents,
  configShow,
  configCheck,
  configExplain,
  mcp,
  hook,
  guardEval,
  simulate,
  stagnationEval,
  attempt,
  scriptedPlayer,
  help,
];
