/**
 * The files that the engine may keep in the checkout of the user, and no others. A trailing `/` stands for
 * everything below. The clean-tree check and the footprint skip exactly these; see
 * `docs/adr/0004-workspaces.md`.
 */
export function controlFiles(stateDir: string): readonly string[] {
  return [
    `${stateDir}/STATE.md`,
    `${stateDir}/wave-scope.json`,
    ".orchestrator/sessions/",
    ".orchestrator/metrics/",
    ".orchestrator/runtime/",
    ".orchestrator/tmp/",
    ".orchestrator/config.local.yaml",
  ];
}

/** The folders that can hold STATE.md and wave-scope.json, by platform. */
export const STATE_DIRS = [".claude", ".codex", ".cursor", ".orchestrator"] as const;

/** Whether a path relative to the root is a control file or lies below a control folder. */
export function isControlFile(path: string, stateDir: string): boolean {
  return controlFiles(stateDir).some((control) =>
    control.endsWith("/") ? path.startsWith(control) : path === control,
  );
}
