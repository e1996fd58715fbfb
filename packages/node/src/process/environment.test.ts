import { describe, expect, it } from "vitest";
import { scrubbedEnvironment } from "./environment.ts";

describe("the environment of a child process", () => {
  const source = {
    PATH: "/bin",
    HOME: "/home/me",
    LC_ALL: "C.UTF-8",
    GITHUB_TOKEN: "secret",
    GIT_DIR: "/elsewhere",
    NODE_OPTIONS: "--require ./evil.js",
    NODE_EXTRA_CA_CERTS: "/ca",
    LD_PRELOAD: "/evil.so",
    MY_PROJECT: "yes",
    EMPTY: undefined,
  };

  it("passes on the basic names and every locale name, and nothing else", () => {
    expect(scrubbedEnvironment({ source })).toEqual({ PATH: "/bin", HOME: "/home/me", LC_ALL: "C.UTF-8" });
  });

  it("passes on a name that the project allows", () => {
    expect(scrubbedEnvironment({ source, allow: ["MY_PROJECT", "EMPTY"] })).toHaveProperty(
      "MY_PROJECT",
      "yes",
    );
  });

  it("never inherits a name that steers git, Node or the loader, even when it is allowed", () => {
    const allow = ["GIT_DIR", "NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "LD_PRELOAD"];
    expect(Object.keys(scrubbedEnvironment({ source, allow }))).toEqual(["PATH", "HOME", "LC_ALL"]);
  });

  it("lets a value that was set on purpose win over the inherited one", () => {
    const environment = scrubbedEnvironment({ source, extra: { HOME: "/private", GIT_DIR: "/here" } });
    expect(environment).toMatchObject({ HOME: "/private", GIT_DIR: "/here" });
  });
});
