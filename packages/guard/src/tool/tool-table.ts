/** What a tool does, as far as the guard must know it. */
export type ToolKind =
  | { readonly kind: "read" }
  | { readonly kind: "write"; readonly fields: readonly string[]; readonly folder?: boolean }
  | { readonly kind: "patch"; readonly fields: readonly string[] }
  | { readonly kind: "shell"; readonly fields: readonly string[] }
  | { readonly kind: "agent" }
  | { readonly kind: "unknown" };

/** Every field in which some host names a file; each one that is present is judged. */
export const PATH_FIELDS: readonly string[] = [
  "file_path",
  "filePath",
  "path",
  "notebook_path",
  "notebookPath",
  "relative_path",
  "relativePath",
  "target_file",
  "targetFile",
  "target_path",
  "targetPath",
  "absolute_path",
  "absolutePath",
  "abs_path",
  "filename",
  "file_name",
  "fileName",
  "file",
  "uri",
  "source",
  "destination",
  "src",
  "dest",
  "dst",
  "from",
  "to",
  "source_path",
  "destination_path",
  "old_path",
  "new_path",
  "oldPath",
  "newPath",
  "output_path",
  "outputPath",
  "dirPath",
  "dir_path",
  "directory",
  "folder",
  "paths",
  "files",
  "file_paths",
  "filePaths",
  "output",
];

const GENERIC: readonly string[] = PATH_FIELDS;
const SHELL_FIELDS: readonly string[] = [
  "command",
  "cmd",
  "script",
  "commandLine",
  "command_line",
  "input",
  "chars",
  "code",
];
const PATCH_FIELDS: readonly string[] = ["command", "input", "patch", "patchText", "patch_text", "diff"];

const EXACT: ReadonlyMap<string, ToolKind> = new Map<string, ToolKind>([
  ["Write", { kind: "write", fields: ["file_path"] }],
  ["Edit", { kind: "write", fields: ["file_path"] }],
  ["MultiEdit", { kind: "write", fields: ["file_path"] }],
  ["NotebookEdit", { kind: "write", fields: ["notebook_path"] }],
]);

const WRITES =
  words(`write edit multi_edit multiedit notebook_edit edit_notebook create create_file write_file
  write_text_file fs_write fs_write_text_file fs_edit edit_file append_file append_to_file str_replace
  str_replace_editor str_replace_based_edit_tool search_replace replace replace_in_file insert insert_edit_into_file
  delete delete_file remove_file move_file rename_file move rename copy_file write_to_file save_file
  replace_string_in_file multi_replace_string_in_file insert_text text_editor file_edit file_write update_file
  create_or_update_file edit_text_file create_text_file replace_symbol_body insert_after_symbol insert_before_symbol
  replace_regex replace_lines delete_lines insert_at_line rename_symbol safe_delete_symbol replace_content
  create_new_file create_new_jupyter_notebook edit_notebook_file`);
const FOLDERS = words("create_directory mkdir create_folder make_directory create_dir");
const READS =
  words(`read read_file read_many_files read_text_file read_media_file read_multiple_files read_notebook
  grep glob ls list list_dir list_directory list_files list_directory_with_sizes list_allowed_directories search
  search_files codebase_search file_search find_files find_file find_symbol find_referencing_symbols
  get_symbols_overview search_for_pattern grep_search semantic_search view view_file view_image cat tree directory_tree
  get_file_info todo_write todo_read web_search web_fetch fetch_webpage think task_output bash_output shell_output
  kill_shell kill_bash exit_plan_mode enter_plan_mode ask_user_question update_plan get_diagnostics read_lints
  get_errors tool_search list_code_usages get_changed_files task_create task_update task_get task_list task_stop
  fs_read fs_read_text_file read_text get_current_config check_onboarding_performed google_web_search list_mcp_resources`);
const SHELLS = words(`bash shell sh run_terminal_cmd run_terminal_command run_in_terminal run_shell_command
  execute_command exec_command exec container_exec local_shell unified_exec terminal terminal_create run_command
  execute_shell_command before_shell_execution execute_bash write_stdin monitor`);
const PATCHES = words("apply_patch apply_diff patch unified_diff patch_file");
const AGENTS = words(
  "task agent dispatch_agent spawn_agent new_task subagent launch_agent send_input resume_agent",
);

/** Servers whose file tools are taken at their word; every other server's tools are unknown. */
const KNOWN_SERVERS = words("filesystem fs serena desktop_commander");
const IDE_READS = words("get_diagnostics");

/** What a tool of any host does, by its name. Names of other spellings are read as snake case. */
export function toolKindOf(name: string): ToolKind {
  const exact = EXACT.get(name);
  if (exact !== undefined) return exact;
  const mcp = /^mcp__(.+?)__(.+)$/.exec(name) ?? /^mcp:([^/:]+)[/:](.+)$/i.exec(name);
  const plain = snakeCase(mcp?.[2] ?? name.replace(/^(?:functions|default_api|tools)[./]/, ""));
  if (mcp !== null) return kindOnServer(snakeCase(mcp[1] ?? ""), plain);
  if (AGENTS.has(plain)) return { kind: "agent" };
  if (SHELLS.has(plain)) return { kind: "shell", fields: SHELL_FIELDS };
  return fileToolKind(plain);
}

function kindOnServer(server: string, plain: string): ToolKind {
  if (server === "ide" && IDE_READS.has(plain)) return { kind: "read" };
  if (!KNOWN_SERVERS.has(server)) return { kind: "unknown" };
  return SHELLS.has(plain) ? { kind: "shell", fields: SHELL_FIELDS } : fileToolKind(plain);
}

function fileToolKind(plain: string): ToolKind {
  if (PATCHES.has(plain)) return { kind: "patch", fields: PATCH_FIELDS };
  if (FOLDERS.has(plain)) return { kind: "write", fields: GENERIC, folder: true };
  if (WRITES.has(plain)) return { kind: "write", fields: GENERIC };
  return READS.has(plain) ? { kind: "read" } : { kind: "unknown" };
}

function snakeCase(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[\s\-./]+/g, "_")
    .toLowerCase();
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}
