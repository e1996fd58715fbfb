/** Replaces the only occurrence of a text in a file. */
export type Edit = { readonly path: string; readonly find: string; readonly replace: string };

/** A small piece of work on `qs` which its suite can see: some edits, some new files, a test of its own. */
export type Change = {
  /** Names the test `test/<name>.js` and the function or option that comes in. */
  readonly name: string;
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Content by path. */
  readonly files: Readonly<Record<string, string>>;
};

/** A way to break what the suite of `qs` checks and no test of a change does. */
export type Fault = { readonly what: string; readonly edit: Edit };

/** A change of a file of `qs` together with a fault in the same file. */
export type Feature = Change & { readonly fault: Fault };

/** A module of its own, which needs an entry in a file that other tasks edit at the same place. */
export type Module = Change & {
  /** The line that the shared file gets. */
  readonly entry: string;
};

/** A file in which entries meet, and the text behind which both go. */
export type Meeting = { readonly path: string; readonly anchor: string };

/** The runner of the suite of `qs`, as its own `tests-only` calls it; without coverage. */
export const SUITE = "node node_modules/tape/bin/tape 'test/**/*.js'";

/** Runs the test of one change. */
export function testOf(name: string): string {
  return `node node_modules/tape/bin/tape test/${name}.js`;
}

export const MEETINGS: readonly Meeting[] = [
  { path: "lib/index.js", anchor: "    stringify: stringify" },
  { path: "lib/formats.js", anchor: "    WHATWG: Format.WHATWG" },
];

/** What makes a module known in a file where entries meet. */
export function entryEdit(module: Module, { path, anchor }: Meeting): Edit {
  return { path, find: anchor, replace: `${anchor},\n${module.entry}` };
}

export const MODULES: readonly Module[] = [
  moduleOf("count", "Count the parameters of a query", [
    "return query === '' ? 0 : query.split('&').length;",
    "t.equal(own('a=1&b=2'), 2);",
    "t.equal(own(''), 0);",
  ]),
  moduleOf("pairs", "List the pairs of a query", [
    "return query.split('&').map(function (part) { return part.split('='); });",
    "t.deepEqual(own('a=1&b=2'), [['a', '1'], ['b', '2']]);",
    "t.deepEqual(own('a'), [['a']]);",
  ]),
  moduleOf("origin", "Cut a query off its address", [
    "return query.split('?')[0];",
    "t.equal(own('http://host/path?a=1'), 'http://host/path');",
    "t.equal(own('/path'), '/path');",
  ]),
];

function moduleOf(name: string, title: string, [body = "", ...assertions]: readonly string[]): Module {
  const code = `'use strict';\n\nmodule.exports = function ${name}(query) {\n    ${body}\n};\n`;
  const test = testText(name, `var own = require('../lib/${name}');`, assertions);
  return {
    name,
    title,
    edits: [],
    files: { [`lib/${name}.js`]: code, [`test/${name}.js`]: test },
    entry: `    ${name}: require('./${name}')`,
  };
}

/** A test file in the manner of the suite. */
export function testText(name: string, head: string, assertions: readonly string[]): string {
  const lines = assertions.map((line) => `    ${line}\n`).join("");
  return `'use strict';\n\nvar test = require('tape');\n${head}\n\ntest('${name}', function (t) {\n${lines}    t.end();\n});\n`;
}

const QS = "var qs = require('../');";

export const FEATURES: readonly Feature[] = [
  {
    name: "blank",
    title: "Tell blank values from others",
    edits: [
      {
        path: "lib/utils.js",
        find: "    isBuffer: isBuffer,",
        replace:
          "    isBlank: function isBlank(value) {\n        return value === '' || value == null;\n    },\n    isBuffer: isBuffer,",
      },
    ],
    files: {
      "test/blank.js": testText("blank", "var utils = require('../lib/utils');", [
        "t.equal(utils.isBlank(''), true);",
        "t.equal(utils.isBlank(0), false);",
      ]),
    },
    fault: {
      what: "a plus is no blank any more",
      edit: {
        path: "lib/utils.js",
        find: String.raw`return str.indexOf('+') === -1 ? str : str.replace(/\+/g, ' ');`,
        replace: "return str.slice(0);",
      },
    },
  },
  {
    name: "fragment",
    title: "Stringify into the fragment of an address",
    edits: [
      {
        path: "lib/stringify.js",
        find: "var prefix = options.addQueryPrefix === true ? '?' : '';",
        replace:
          "var prefix = options.addQueryPrefix === true ? '?' : '';\n    if (opts && opts.addFragmentPrefix === true) {\n        prefix = '#';\n    }",
      },
    ],
    files: {
      "test/fragment.js": testText("fragment", QS, [
        "t.equal(qs.stringify({ a: 1 }, { addFragmentPrefix: true }), '#a=1');",
        "t.equal(qs.stringify({ a: 1 }), 'a=1');",
      ]),
    },
    fault: {
      what: "an empty object gets a prefix",
      edit: {
        path: "lib/stringify.js",
        find: "return joined.length > 0 ? prefix + joined : '';",
        replace: "return prefix + joined;",
      },
    },
  },
  {
    name: "anchorless",
    title: "Parse without the fragment of an address",
    edits: [
      {
        path: "lib/parse.js",
        find: "var tempObj = typeof str === 'string' ? parseValues(str, options) : copyInput(str);",
        replace:
          "var given = typeof str === 'string' && opts && opts.ignoreFragment === true ? str.replace(/#.*$/, '') : str;\n    var tempObj = typeof given === 'string' ? parseValues(given, options) : copyInput(given);",
      },
    ],
    files: {
      "test/anchorless.js": testText("anchorless", QS, [
        "t.deepEqual(qs.parse('a=1#top', { ignoreFragment: true }), { a: '1' });",
        "t.deepEqual(qs.parse('a=1#top'), { a: '1#top' });",
      ]),
    },
    fault: {
      what: "arrays are parsed only where somebody asks for them",
      edit: {
        path: "lib/parse.js",
        find: "parseArrays: opts.parseArrays !== false,",
        replace: "parseArrays: opts.parseArrays === true,",
      },
    },
  },
];

/** A test of the finished whole, for the last but one wave. */
export const ROUND_TRIP: Change = {
  name: "round-trip",
  title: "Add a test of the way there and back",
  edits: [],
  files: {
    "test/round-trip.js": testText("round-trip", QS, [
      "var value = { a: ['b', 'c d'], e: { f: 'g+h' } };",
      "t.deepEqual(qs.parse(qs.stringify(value)), value);",
      "t.equal(qs.stringify(qs.parse('a%5B0%5D=b')), 'a%5B0%5D=b');",
    ]),
  },
};
