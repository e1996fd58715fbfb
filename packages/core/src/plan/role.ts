import type { Role } from "./plan.ts";

/** The roles in the order in which a session passes through them. */
export const roles: readonly Role[] = [
  "discovery",
  "impl-core",
  "impl-polish",
  "docs",
  "quality",
  "finalization",
];

/** A role as a heading shows it. */
export const roleTitles: Readonly<Record<Role, string>> = {
  discovery: "Discovery",
  "impl-core": "Impl-Core",
  "impl-polish": "Impl-Polish",
  docs: "Docs",
  quality: "Quality",
  finalization: "Finalization",
};

/** The role that a text names, in any case and with spaces for hyphens, or `undefined`. */
export function roleFromText(text: string): Role | undefined {
  const wanted = text.trim().toLowerCase().replace(/\s+/g, "-");
  return roles.find((role) => role === wanted);
}

/** Whether the role makes product code, which Discovery, Docs, Quality and Finalization do not. */
export function isImplementation(role: Role): boolean {
  return role === "impl-core" || role === "impl-polish";
}
