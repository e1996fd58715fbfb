import type { Language } from "./execute.ts";

/** How a runtime is told what to run: the options that hold code, and those that take a value. */
export type Spec = {
  readonly language: Language;
  readonly code: string;
  readonly codeLong?: readonly string[];
  readonly values: string;
  readonly long?: readonly string[];
};

/** Runtimes by name. */
export const LANGUAGES: Readonly<Record<string, Spec>> = {
  python: { language: "python", code: "c", values: "cmWX" },
  node: {
    language: "node",
    code: "ep",
    codeLong: ["--eval", "--print"],
    values: "eprC",
    long: [
      "--eval",
      "--print",
      "--require",
      "--import",
      "--loader",
      "--experimental-loader",
      "--conditions",
      "--test-reporter",
      "--test-name-pattern",
      "--env-file",
      "--test-reporter-destination",
    ],
  },
  ruby: { language: "ruby", code: "e", values: "erICEFW" },
  perl: { language: "perl", code: "eE", values: "eEMmIF" },
  php: { language: "php", code: "rBRE", values: "rBREdcztS" },
  lua: { language: "other", code: "e", values: "el", long: ["--eval"] },
  Rscript: { language: "other", code: "e", values: "e" },
  osascript: { language: "other", code: "e", values: "el" },
  guile: { language: "other", code: "ce", codeLong: ["--eval", "-eval"], values: "cel", long: ["--load"] },
  tclsh: { language: "other", code: "c", values: "cf" },
  elixir: { language: "other", code: "e", values: "er", long: ["--eval"] },
  groovy: { language: "other", code: "e", values: "e" },
  julia: { language: "other", code: "eE", values: "eELJ", long: ["--eval", "--print"] },
  bun: {
    language: "node",
    code: "ep",
    codeLong: ["--eval", "--print"],
    values: "eprc",
    long: ["--eval", "--preload", "--print"],
  },
};

/** Other names of runtimes. */
export const NAMES: Readonly<Record<string, string>> = {
  python2: "python",
  python3: "python",
  pypy: "python",
  pypy3: "python",
  ipython: "python",
  nodejs: "node",
  tsx: "node",
  "ts-node": "node",
  "ts-node-esm": "node",
  "babel-node": "node",
  "vite-node": "node",
  esno: "node",
  jiti: "node",
  electron: "node",
  swcnode: "node",
  iojs: "node",
  jruby: "ruby",
  irb: "ruby",
  luajit: "lua",
  "lua5.4": "lua",
  "lua5.3": "lua",
  perl5: "perl",
  php8: "php",
  iex: "elixir",
  expect: "tclsh",
  wish: "tclsh",
  scheme: "guile",
  racket: "guile",
  sbcl: "guile",
  ghci: "lua",
  runghc: "lua",
  jshell: "lua",
  octave: "lua",
  R: "Rscript",
  r: "Rscript",
  scala: "groovy",
  clj: "groovy",
  clojure: "groovy",
  bb: "groovy",
};
