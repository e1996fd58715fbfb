/** What the guard has to say about one rule; `agent` is the text an agent reads when the rule refuses it. */
export type Rule = {
  readonly severity: "deny" | "ask" | "deny or ask";
  readonly about: string;
  readonly agent: string;
  readonly person: string;
};

/** Every rule that a verdict can name; the table in `docs/spec/guard.md` is compared with it by a test. */
export const RULES = {
  allowed: {
    severity: "ask",
    about: "nothing speaks against the call",
    agent: "Allowed.",
    person: "No rule applies.",
  },
  "out-of-scope": {
    severity: "deny",
    about: "a file tool writes inside the workspace but outside the task's scope",
    agent: "This file is outside your task's scope. Work within your scope and report what else is needed.",
    person: "The agent tried to write a file outside the scope of its task.",
  },
  traversal: {
    severity: "deny",
    about: "`..` leaves the scope or the workspace",
    agent: "This path leaves your task's scope. Name files within your scope.",
    person: "A path with `..` leaves the scope of the task.",
  },
  absolute: {
    severity: "deny",
    about: "a path outside the workspace",
    agent: "This path is outside your workspace. Work within your workspace and scope.",
    person: "The agent tried to write outside its workspace.",
  },
  symlink: {
    severity: "deny",
    about: "a symbolic link leads out of scope, in a circle, or cannot be followed",
    agent: "This path leads to a file outside your scope. Work on files within your scope.",
    person: "A symbolic link leads a write out of the scope of the task.",
  },
  hardlink: {
    severity: "deny",
    about: "an existing file has more than one name",
    agent: "This file is shared with another place and is not written. Report it.",
    person: "The file has several hard links, so a write could change a file out of scope.",
  },
  unicode: {
    severity: "deny",
    about: "control, direction or zero-width characters, or a component that normalises to dots or a slash",
    agent: "This file name contains characters that are refused. Use plain names.",
    person: "A file name contains invisible or misleading characters.",
  },
  "git-internals": {
    severity: "deny",
    about: "repository plumbing: `.git`, attributes, modules",
    agent: "Repository internals are kept by the engine. Leave them as they are.",
    person: "The agent tried to write repository internals.",
  },
  "guard-files": {
    severity: "deny",
    about: "agent, hook and editor configuration, instruction files, control files",
    agent: "Configuration, instruction and control files are not yours to write. Report what should change.",
    person: "The agent tried to write configuration or control files.",
  },
  length: {
    severity: "deny",
    about: "a path or input that is missing, too long or of the wrong shape",
    agent: "The call is malformed. Name one file by a plain relative path.",
    person: "The tool call has no usable path.",
  },
  "other-tools": {
    severity: "deny",
    about: "a tool that the guard does not know",
    agent: "This tool is not available to this task. Use the file, search and shell tools.",
    person: "The agent called a tool that the guard does not know.",
  },
  "invalid-scope": {
    severity: "deny",
    about: "the scope of the task cannot be read: nothing may be written",
    agent: "The scope of this task is invalid, so nothing can be written. Stop and report.",
    person: "The scope of the task is invalid; every write is denied.",
  },
  "scope-write": {
    severity: "deny",
    about: "a command writes outside the task's scope",
    agent:
      "This command would write outside your task's scope. Write within your scope or your scratch directory.",
    person: "A command would write outside the scope of the task.",
  },
  "rm-recursive": {
    severity: "deny",
    about: "recursive delete of anything but regenerable directories and scratch",
    agent: "Deleting whole directories is not part of your task. Remove single files within your scope.",
    person: "A command would delete directories recursively.",
  },
  "git-discard": {
    severity: "deny",
    about: "git throws away work or rewrites the working tree or index",
    agent: "Uncommitted work is never discarded. Edit the files instead.",
    person: "A git command would throw away work.",
  },
  "git-commit": {
    severity: "deny",
    about: "git writes history, refs, branches or configuration",
    agent: "The engine records your work. Leave your changes uncommitted.",
    person: "A git command would write history, refs or configuration.",
  },
  "git-push": {
    severity: "deny",
    about: "git sends to another repository",
    agent: "Publishing is done at the close of the session. Leave your changes uncommitted.",
    person: "A git command would push.",
  },
  "remote-exec": {
    severity: "deny",
    about: "text from the network, or a network shell, is executed",
    agent: "Code from the network is not executed here. Use what the workspace has.",
    person: "A command would execute text from the network.",
  },
  privilege: {
    severity: "deny",
    about: "another user, a namespace, a container with host access",
    agent: "Elevated rights are not available. Work as you are.",
    person: "A command would change its rights or user.",
  },
  "system-destroy": {
    severity: "deny",
    about: "damage to the machine, its devices or other processes",
    agent:
      "The machine and other processes are not yours to change. Stop only what you started in the same command.",
    person: "A command would damage the machine or stop processes.",
  },
  "db-cloud-destroy": {
    severity: "deny",
    about: "irreversible change of data or infrastructure",
    agent: "Data and infrastructure are not changed by a task. Report what is needed.",
    person: "A command would destroy data or change infrastructure.",
  },
  publish: {
    severity: "deny",
    about: "publishing, releasing or deploying",
    agent: "Publishing and deploying are decided by a person. Leave it.",
    person: "A command would publish or deploy.",
  },
  "hook-tamper": {
    severity: "deny",
    about: "changes guards, hooks or agent settings, or starts another agent",
    agent: "Agent settings, hooks and guards stay as they are, and no other agents are started.",
    person: "A command would change guards or start another agent.",
  },
  "secrets-read": {
    severity: "deny",
    about: "reads or sends credentials or another process's environment",
    agent: "Credentials are not part of your task. Work without them.",
    person: "A command would read or send credentials.",
  },
  "env-exec": {
    severity: "deny",
    about: "an environment variable or option that makes another program run code",
    agent: "Run the program without that setting.",
    person: "A command sets a variable or option that executes code.",
  },
  obfuscated: {
    severity: "deny",
    about: "the program to run is hidden behind a pattern or an encoding",
    agent: "Write the command plainly.",
    person: "A command hides what it runs.",
  },
  nesting: {
    severity: "deny",
    about: "a command that is too long, nested too deeply or needs too many steps to judge",
    agent: "The command is too large to judge. Use several short commands.",
    person: "A command is too large to judge.",
  },
  opaque: {
    severity: "ask",
    about: "what would be executed or written is not visible in the command",
    agent: "What this command does is not visible in it. Use a plain command with literal arguments.",
    person: "What the command executes or writes is not visible in it.",
  },
  "unknown-program": {
    severity: "ask",
    about: "a program that the guard does not know",
    agent: "This program is not known here. Use the project's usual tools.",
    person: "The command starts a program that the guard does not know.",
  },
  "blocked-command": {
    severity: "deny",
    about: "a rule of the project's blocked-commands policy",
    agent: "The project's policy blocks this command. Leave it and report what is needed.",
    person: "A rule of the project's command policy matched.",
  },
} as const satisfies Record<string, Rule>;

/** The stable name of a rule, as corpora, journal and documentation spell it. */
export type RuleId = keyof typeof RULES;
