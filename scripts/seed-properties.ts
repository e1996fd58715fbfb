import { configureGlobal } from "fast-check";

/** Where nobody says otherwise, CI draws the same cases each time, so that a red run is red again. */
const SEED_OF_CI = 1_127;

/**
 * Set-up of the tests: from which seed properties draw their cases. `BREAKWATER_TEST_SEED` names it; a failure
 * prints the one that was used.
 */
const named = process.env["BREAKWATER_TEST_SEED"] ?? (process.env["CI"] ? String(SEED_OF_CI) : "");
if (named !== "") {
  const seed = Number(named);
  if (!Number.isSafeInteger(seed))
    throw new Error(`Reading BREAKWATER_TEST_SEED: ${named} is not a whole number`);
  configureGlobal({ seed });
}
