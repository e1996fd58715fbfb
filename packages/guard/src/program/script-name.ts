const DESTROYS = /(?:^|[:_.-])(?:drop|reset|nuke|wipe|destroy|purge|teardown|truncate)(?:$|[:_.-])/i;
const ACTS =
  /(?:^|[:_.-])(?:deploy|release|publish|push|ship|migrate|seed|rollback|upload|sync|promote|commit|version|bump|install|postinstall|prepare|setup|infra|provision|backup|restore|hooks?|tag)(?:$|[:_.-])/i;
const CHECKS =
  /(?:^|[:_.-])(?:check|test|dry|dry-run|lint|verify|types?|typecheck|preview|status|validate)(?:$|[:_.-])/i;

/** What the name of a script or of a target says it is for; its text stands in a file that is not read. */
export function purposeOf(name: string): "destroys" | "acts" | "ordinary" {
  if (DESTROYS.test(name)) return "destroys";
  return ACTS.test(name) && !CHECKS.test(name) ? "acts" : "ordinary";
}
