import { userInfo } from "node:os";

/** Who asks, for the journal: the name of the account, or `somebody` where the system knows none. */
export function whoAsks(): string {
  try {
    return userInfo().username;
  } catch {
    return "somebody";
  }
}
