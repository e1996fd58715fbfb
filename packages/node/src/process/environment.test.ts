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

  it("passes on whom else to trust only where that is allowed by name", () => {
    expect(scrubbedEnvironment({ source })).not.toHaveProperty("NODE_EXTRA_CA_CERTS");
    const allow = ["NODE_EXTRA_CA_CERTS"];
    expect(scrubbedEnvironment({ source, allow })).toHaveProperty("NODE_EXTRA_CA_CERTS", "/ca");
  });

  it("never inherits a name that steers git, Node or the loader, even when it is allowed", () => {
    const allow = ["GIT_DIR", "NODE_OPTIONS", "LD_PRELOAD"];
    expect(Object.keys(scrubbedEnvironment({ source, allow }))).toEqual(["PATH", "HOME", "LC_ALL"]);
  });

  it("lets a value that was set on purpose win over the inherited one", () => {
    const environment = scrubbedEnvironment({ source, extra: { HOME: "/private", GIT_DIR: "/here" } });
    expect(environment).toMatchObject({ HOME: "/private", GIT_DIR: "/here" });
  });
});
