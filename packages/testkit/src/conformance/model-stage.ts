import { rmSync } from "node:fs";
import { join } from "node:path";
import { type ModelServer, scriptMark } from "../model/model-server.ts";
import type { ModelStep } from "../model/model-step.ts";
import type { ActTurn } from "./act.ts";
import { openWorkspace, specIn } from "./scripted-subject.ts";
import type { ConformanceStage } from "./subject.ts";

/** What a client that talks to a model server needs of its stage. */
export type ModelStageTerms = {
  readonly server: ModelServer;
  /** A turn in the words of the client's tools. */
  readonly step: (turn: ActTurn) => ModelStep;
  /** Makes a configuration below a scratch folder, and gives the environment that leads to it. */
  readonly configure: (folder: string, url: string) => Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
};

const STORY = "story";

/** A stage whose agent is a real client that plays its turns against a model server. Closes the server too. */
export function openModelStage({ server, step, configure, options = {} }: ModelStageTerms): ConformanceStage {
  const { folder, workspace } = openWorkspace();
  const environment = configure(join(folder, "home"), server.url);
  const story = (): ReturnType<ModelServer["requestsOf"]> => server.requestsOf(STORY);
  return {
    workspace,
    spec: (turns) => {
      // A second order of the same stage goes on where the conversation stands.
      const before = story().length;
      const steps = turns.map(step);
      server.play(STORY, ({ turn }) => steps[turn - before]);
      const spec = specIn(workspace);
      return {
        ...spec,
        prompt: `Do it. ${scriptMark(STORY)}`,
        environment: { ...spec.environment, ...environment },
        options,
      };
    },
    held: (name) => server.held(name),
    release: (name) => server.release(name),
    requests: () => story().length,
    told: (text) => story().some(({ body }) => JSON.stringify(body).includes(text)),
    close: async () => {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
