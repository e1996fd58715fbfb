import { isOpaque, readable } from "../shell/arg.ts";
import { ask, type Call, deny, type Handler, type Shell } from "../shell/shell.ts";
import { type Stream, UNSEEN } from "../shell/stream.ts";
import { judgeRead } from "./read-access.ts";
import { judgeTarget, judgeTree } from "./write-access.ts";
import { readOptions } from "./option.ts";
import { helped } from "./judge-verbs.ts";

/** Database clients, their administration and migration tools. */
export const DATABASES: readonly (readonly [string, Handler])[] = [
  ...[
    "psql",
    "mysql",
    "mariadb",
    "sqlite3",
    "sqlite",
    "duckdb",
    "sqlcmd",
    "cqlsh",
    "clickhouse-client",
    "clickhouse",
    "cockroach",
    "usql",
    "sqlplus",
    "isql",
    "pgcli",
    "mycli",
    "litecli",
    "tursodb",
  ].map((name) => [name, sql] as const),
  ...["mongosh", "mongo", "redis-cli", "influx", "etcdctl3", "valkey-cli", "cypher-shell", "arangosh"].map(
    (name) => [name, documents] as const,
  ),
  ...[
    "dropdb",
    "dropuser",
    "pg_restore",
    "mysqladmin",
    "pg_resetwal",
    "initdb",
    "pg_ctl",
    "mongorestore",
    "mongoimport",
    "createdb",
    "pg_upgrade",
    "mysqlimport",
    "vacuumlo",
    "reindexdb",
  ].map((name) => [name, (call: Call, shell: Shell) => judgeAdministration(call, shell)] as const),
  ...["pg_dump", "pg_dumpall", "mysqldump", "mongodump", "mongoexport"].map((name) => [name, dump] as const),
  ...[
    "rails",
    "rake-db",
    "artisan",
    "django-admin",
    "manage.py",
    "alembic",
    "flyway",
    "liquibase",
    "dbmate",
    "sequelize",
    "sequelize-cli",
    "knex",
    "typeorm",
    "drizzle-kit",
    "prisma",
    "mikro-orm",
    "sqitch",
    "goose-db",
    "migrate",
    "atlas",
    "diesel",
    "sqlx",
    "ecto",
  ].map((name) => [name, migration] as const),
  [
    "flask",
    (call, shell) =>
      call.args[0]?.text === "db"
        ? migration({ ...call, program: "alembic", args: call.args.slice(1) }, shell)
        : UNSEEN,
  ],
];

const SQL_DESTROYS =
  /(?:^|;|\bbegin\b|\bthen\b|\bas\b|\()\s*(?:drop\s+\w+|truncate\b|delete\s+from\b|alter\s+\w+|update\s+\S+\s+set\b|grant\b|revoke\b|insert\s+into\b|replace\s+into\b|create\s+(?!temp)\w+|rename\b|purge\b|flush\b|vacuum\b|reindex\b|copy\s+\S+\s+(?:from|to)\s+(?:program)?|do\s+\$|call\b|load\s+data|attach\b|pragma\s+writable)/i;
const SQL_SHELL =
  /(?:^|[\n;])\s*(?:\\!|\\copy\b.*\bprogram\b|\.shell\b|\.system\b|system\b|!\s*\w)|copy\b[^;]*\b(?:to|from)\s+program\b|xp_cmdshell|load_extension|\\o\s*\||into\s+(?:out|dump)file/i;
const SQL_WRITES = /(?:^|[\n;])\s*(?:\\o|\\w|\.output|\.once|\.save|\.backup|\.dump|\.import)\s+(\S+)/i;

function sql(call: Call, shell: Shell): Stream {
  const options = readOptions(call.args, {
    short: "cefFUhpdPvVrloL",
    long: [
      "--command",
      "--execute",
      "--file",
      "--query",
      "--dbname",
      "--host",
      "--user",
      "--port",
      "--output",
      "--log-file",
      "--init-command",
      "--cmd",
      "-cmd",
    ],
  });
  if (options.has("--help", "--version", "-V")) return UNSEEN;
  const operands = /sqlite|duckdb|litecli/.test(call.program) ? options.operands.slice(1) : [];
  const texts = [
    ...options.values("-c", "-e", "--command", "--execute", "--query", "--init-command", "--cmd"),
    ...operands,
    ...(call.stdin === undefined ? [] : [{ text: call.stdin.text, glob: false }]),
  ];
  for (const file of options.values("-o", "--output", "--log-file")) judgeTarget(file, shell, "file");
  for (const { text } of texts) judgeQuery(text, shell);
  if (options.has("-f", "--file")) ask(shell, "opaque", "the script of the database is not visible");
  return UNSEEN;
}

/** A query without its comments; `/*!` is a comment that MySQL executes, so it stays. */
function withoutComments(query: string): string {
  let plain = "";
  let at = 0;
  for (;;) {
    const open = query.indexOf("/*", at);
    const close = open < 0 ? -1 : query.indexOf("*/", open + 2);
    if (close < 0) return (plain + query.slice(at)).replaceAll(/--[^\n]*/g, " ");
    const kept =
      query.charAt(open + 2) === "!" ? `;${query.slice(open + 3, close).replace(/^\d+/, "")}` : " ";
    plain += query.slice(at, open) + kept;
    at = close + 2;
  }
}

function withoutTexts(query: string): string {
  return query.replaceAll(/'[^']*'/g, "''");
}

function judgeQuery(text: string, shell: Shell): void {
  const spaced = text.replaceAll(/[ \t]+/g, " ");
  const plain = withoutComments(spaced);
  shell.trace.queries.push(plain);
  if (isOpaque(plain)) ask(shell, "opaque", "the query is not visible");
  if (SQL_SHELL.test(plain)) deny(shell, "env-exec", "the query would run a program");
  if (SQL_DESTROYS.test(withoutTexts(plain)) || SQL_DESTROYS.test(withoutTexts(spaced)))
    deny(shell, "db-cloud-destroy", "the query would change or destroy data");
  const written = SQL_WRITES.exec(plain)?.[1] ?? /\bcopy\b[^;]*\bto\s+'([^']+)'/i.exec(plain)?.[1];
  if (written !== undefined) judgeTarget({ text: written, glob: false }, shell, "file");
}

const DOCUMENT_DESTROYS =
  /\b(?:drop\w*|delete\w*|remove\w*|update\w*|insert\w*|rename\w*|create\w*|findAndModify|findOneAnd\w+|replaceOne|bulkWrite|shutdownServer|flushall|flushdb|del|unlink|set|hset|lpush|eval|script|config|shutdown|slaveof|replicaof|debug|restore|migrate|merge|detach)\b/i;

function documents(call: Call, shell: Shell): Stream {
  if (helped(call) && call.args.some((arg) => /^--(?:help|version)$/.test(arg.text))) return UNSEEN;
  const text = [...call.args.map((arg) => arg.text.replace(/^--?[\w-]+=?/, "")), call.stdin?.text ?? ""].join(
    " ",
  );
  if (DOCUMENT_DESTROYS.test(text)) deny(shell, "db-cloud-destroy", "the database would be changed");
  else if (call.args.some((arg) => /\.(?:js|lua|txt)$/.test(arg.text)) || isOpaque(text))
    ask(shell, "opaque", "what the database is told is not visible");
  return UNSEEN;
}

function judgeAdministration(call: Call, shell: Shell): Stream {
  const reads =
    call.program === "mysqladmin" &&
    call.args.some((arg) => /^(?:ping|status|version|processlist)$/.test(arg.text));
  if (!reads && !helped(call)) deny(shell, "db-cloud-destroy", `${call.program} changes databases`);
  return UNSEEN;
}

function dump(call: Call, shell: Shell): Stream {
  for (const file of readOptions(call.args, {
    short: "fUhpdor",
    long: ["--file", "--out", "--result-file"],
  }).values("-f", "--file", "-o", "--out", "-r", "--result-file"))
    judgeTree(file, shell);
  return UNSEEN;
}

const MIGRATION_DENIED =
  /(?:drop|reset|rollback|down|clean|destroy|purge|undo|revert|wipe|flush|fresh|refresh|truncate|push|deploy|downgrade|execute|seed|schema:load|dropall|redo|repair)/i;
const MIGRATION_READS =
  /^(?:generate|validate|format|status|info|version|help|current|history|heads|check|routes|about|stats|test|console-sandbox|diff|show|--version|--help|-v|lint|list|migrate:status|db:version|db:migrate:status|notes|makemigrations|showmigrations|introspect)$/;

function readsMigrations(words: readonly string[]): boolean {
  const [first = "--help", second = ""] = words;
  if (
    MIGRATION_READS.test(first) ||
    /^(?:[\w-]+:(?:list|show|status|test|check)|(?:lint|debug):\w+)$/.test(first)
  )
    return true;
  return /^(?:migrate|migrations?|db)$/.test(first) && MIGRATION_READS.test(second);
}

function migration(call: Call, shell: Shell): Stream {
  if (helped(call)) return UNSEEN;
  const words = call.args.filter((arg) => !arg.text.startsWith("-")).map((arg) => arg.text);
  if (
    words.slice(0, 3).some((word) => MIGRATION_DENIED.test(word)) ||
    call.args.some((arg) => /^--(?:force-reset|accept-data-loss|force)$/.test(arg.text))
  )
    deny(shell, "db-cloud-destroy", `${call.program} would destroy data`);
  else if (!readsMigrations(words))
    ask(shell, "opaque", `what ${call.program} ${readable(words[0] ?? "")} changes is not visible`);
  for (const file of readOptions(call.args, { long: ["--schema"] }).values("--schema"))
    judgeRead(file.text, shell);
  return UNSEEN;
}
